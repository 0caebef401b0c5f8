// Prints how fast the network and its parts are in Chromium.
//
//   cmake --build build/wasm-relaxed --target bench-relaxed && node tests/bench/wasm.js
//
// HEADLENS_WASM_BUILD: the folder of the preset, build/wasm-relaxed unless given.
import { cpus } from 'node:os';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { listen, serveFolder } from '../../scripts/serve.mjs';
import { startChromium } from '../browser/browsers.js';

const build = process.env.HEADLENS_WASM_BUILD ?? 'build/wasm-relaxed';
const program = `/bench/bench-${build.includes('relaxed') ? 'relaxed' : 'simd'}.js`;
const pages = serveFolder(import.meta.dirname);
const programs = serveFolder(join(build, 'bench'));
const server = createServer((request, response) => {
  const isProgram = request.url?.startsWith('/bench/');
  if (isProgram) request.url = request.url?.slice('/bench'.length);
  return (isProgram ? programs : pages)(request, response);
});
const port = await listen(server, 0);
const browser = await startChromium();
const page = await browser.open(`http://localhost:${port}/bench.html`);

/**
 * @param {string} name
 * @param {number[]} args
 */
const measure = (name, ...args) => page.call('measure', { program, threads: 2, name, args });

console.log(`${cpus()[0].model}, ${cpus().length} processors`);
for (const threads of [1, 2]) {
  for (const kind of ['f32', 'int8']) {
    const speed = await measure(`bench_linear_${kind}`, 785, threads);
    console.log(`linear ${kind}, 785 x 384 x 1536, threads: ${threads}: ${(speed / 1e9).toFixed(1)} GFLOP/s`);
  }
}
for (const side of [224, 480]) {
  for (const [kind, precision] of /** @type {[string, number][]} */ ([['f32', 1], ['int8', 2]])) {
    for (const threads of [1, 2]) {
      const seconds = await measure('bench_vit_small_8', precision, side, threads);
      console.log(`ViT-S/8 ${kind}, ${side} x ${side}, threads: ${threads}: ${(seconds * 1e3).toFixed(0)} ms`);
    }
  }
}
await browser.close();
server.closeAllConnections();
server.close();
