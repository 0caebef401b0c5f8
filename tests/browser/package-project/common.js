// What the pages of a project that installed the package do with it; tests/browser/package.test.js asks them.
import { createEngine } from 'headlens';
import 'headlens/embed';

/** @param {string} weights their address */
export const pageWith = (weights) => ({
  /** @param {string} photo */
  async maps(photo) {
    const engine = await createEngine({ threads: 2 });
    await engine.load(weights);
    const { rows, cols, cls } = await engine.run(await (await fetch(photo)).blob(), { size: 224 });
    const { build, threads } = engine.info;
    engine.terminate();
    return { build, threads, rows, cols, cls: Array.from(cls) };
  },

  /** A figure without maps computes them. @param {string} photo */
  async figure(photo) {
    const figure = document.createElement('vit-attention');
    figure.setAttribute('src', photo);
    figure.setAttribute('load', 'visible');
    document.body.append(figure);
    const results = await figure.ready;
    return { cls: Array.from(results?.cls ?? []), layer: figure.state.layer };
  },
});
