// A second model beside the first, for the same photo. It has an engine of its own, which lives only
// as long as the comparison, so that its memory is free again.
import { createRunner } from './runner.js';
import { cancelled, isCancelled, wordsOf } from './scenes.js';

/**
 * @typedef {import('./engine.js').Engine} Engine
 *
 * @typedef {object} Found a model that an engine can load
 * @property {string | Blob} weights
 * @property {import('./model.js').Choices} options
 * @property {string} title
 *
 * @typedef {object} Second
 * @property {string} name
 * @property {boolean} addressed its name is enough to find it again
 * @property {Promise<Engine>} engine
 * @property {AbortController} work
 *
 * @typedef {object} Parts
 * @property {import('./viewer.js').Viewer} viewer
 * @property {ReturnType<typeof import('./scenes.js').createScenes>} scenes
 * @property {ReturnType<typeof import('./notices.js').messageBox>} message
 * @property {ReturnType<typeof import('./notices.js').progressBar>} progress
 * @property {(name: string) => Promise<Found>} find the model that an address names
 * @property {() => void} onBegin
 */

/** @param {Parts} parts */
export function createCompare({ viewer, scenes, message, progress, find, onBegin }) {
  /** @type {Second | null} */
  let shown = null;
  /** In place of it, once it is there. @type {Second | null} */
  let coming = null;

  const nameNow = () => (coming ?? shown)?.name ?? '';

  /**
   * Compares with this model. Where it cannot be had, all stays as it is.
   * @param {Promise<Found>} finding
   * @param {string} name
   * @param {{addressed: boolean}} how addressed: the page finds it by its name
   */
  async function use(finding, name, { addressed }) {
    onBegin();
    if (coming) close(coming);
    /** @type {Second} */
    const second = { name, addressed, engine: startEngine(), work: new AbortController() };
    coming = second;
    viewer.setState({ compare: name });
    message.hide();
    progress.start(() => second.work.abort(cancelled()));
    try {
      const found = await finding;
      await load(second, found);
      const runner = createRunner(() => second.engine, () => found.title);
      const isShown = await scenes.open(runner);
      if (coming !== second) return;
      if (!isShown) throw cancelled();
      if (shown) close(shown);
      shown = second;
      coming = null;
    } catch (error) {
      if (coming === second) giveUp(second, error);
    }
  }

  /**
   * @param {Second} second
   * @param {Found} found
   */
  async function load(second, { weights, options, title }) {
    const { signal } = second.work;
    try {
      const engine = await second.engine;
      signal.throwIfAborted();
      await engine.load(weights, { ...options, signal, onProgress: (how) => progress.show(how, title) });
    } finally {
      if (coming === second) progress.stop();
    }
  }

  /**
   * @param {Second} second that is not on screen
   * @param {unknown} error
   */
  function giveUp(second, error) {
    coming = null;
    close(second);
    viewer.setState({ compare: nameNow() });
    if (!isCancelled(error)) message.show(`${second.name}: ${wordsOf(error)}`);
  }

  function end() {
    if (coming) progress.stop();
    for (const second of [coming, shown]) if (second) close(second);
    coming = null;
    shown = null;
    scenes.close();
    viewer.setState({ compare: '' });
  }

  return {
    use,
    end,

    /** A second model is on screen, or on its way there. */
    on: () => nameNow() !== '',

    /** The name under which another visit will find it; '': none. */
    address: () => ((coming ?? shown)?.addressed ? nameNow() : ''),

    /** As the view asks. @param {string} name */
    follow(name) {
      if (name === nameNow()) return;
      if (name) use(find(name), name, { addressed: true });
      else end();
    },

    /** The second model could not show what the first could. @param {unknown} error */
    failed(error) {
      const name = nameNow();
      end();
      message.show(`${name}: ${wordsOf(error)}`);
    },
  };
}

async function startEngine() {
  const { createEngine } = await import('./engine.js');
  return createEngine();
}

/** @param {Second} second */
function close({ work, engine }) {
  work.abort(cancelled());
  engine.then(({ terminate }) => terminate(), () => {}); // it did not start
}
