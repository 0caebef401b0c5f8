// The built page, the tests' own files, and a network that misbehaves, on one origin:
//   /            the site (build/web, or HEADLENS_SITE)
//   /tests/      tests/
//   /shared/     weights that are no part of the project, where they are at hand
//   /cut/tests/  the same, but the connection breaks after half of it
//   /no-workers/ the site, but workers may not start workers
//   /stuck-workers/ the site, but workers that start workers are blocked, as Firefox does at times
//   /no-canvas/  the site, but the engine's worker finds no OffscreenCanvas
//   /no-memory/  the site, but the engine's memory cannot grow
//   /made/       what the test made itself: `files`
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { listen, serveFolder } from '../../scripts/serve.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
export const site = process.env.HEADLENS_SITE ?? join(root, 'build', 'web');
const shared = join(root, '..', 'shared');
export const haveShared = existsSync(join(shared, 'weights'));

/**
 * Half of what the handler would send.
 * @param {import('../../scripts/serve.mjs').RequestHandler} handler
 * @returns {import('../../scripts/serve.mjs').RequestHandler}
 */
function cutOff(handler) {
  return (request, response) => {
    const writeHead = response.writeHead.bind(response);
    const write = response.write.bind(response);
    let left = 0;
    response.writeHead = (/** @type {number} */ status, /** @type {any} */ headers) => {
      left = Math.floor(headers['Content-Length'] / 2);
      return writeHead(status, headers);
    };
    response.write = (/** @type {Buffer} */ chunk) => {
      const part = chunk.subarray(0, left);
      left -= part.length;
      return write(part, () => left === 0 && response.destroy());
    };
    return handler(request, response);
  };
}

/**
 * The engine's worker, in a browser that lacks something.
 * @param {string} lack JavaScript that takes it away
 * @returns {import('../../scripts/serve.mjs').RequestHandler}
 */
function workerThatLacks(lack) {
  return async (request, response) => {
    const script = await readFile(join(site, 'engine-worker.js'), 'utf8');
    response.setHeader('Content-Type', 'text/javascript');
    response.setHeader('Cross-Origin-Embedder-Policy', 'require-corp');
    return response.end(`${lack}\n${script}`);
  };
}

const noCanvas = 'delete globalThis.OffscreenCanvas;';
const stuckWorkers = `globalThis.Worker = class {
  constructor() { Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0); }
};`;
const noMemory = 'WebAssembly.Memory.prototype.grow = () => { throw new RangeError("no more"); };';

/**
 * @typedef {[prefix: string, handler: import('../../scripts/serve.mjs').RequestHandler]} Route
 *
 * @param {{isolated?: boolean, files?: Record<string, Uint8Array>, routes?: Route[], headers?: Record<string, string>}} [options]
 *   routes: before all others; headers: of every answer
 * @returns {Promise<{url: string, close: () => void}>} url without a slash at the end
 */
export async function startServer({ isolated = true, files = {}, routes: first = [], headers = {} } = {}) {
  const siteFiles = serveFolder(site, { isolated });
  const testFiles = serveFolder(join(root, 'tests'), { isolated });
  /** @type {Route[]} */
  const routes = [
    ...first,
    ['/tests/', testFiles],
    ['/shared/', serveFolder(shared, { isolated })],
    ['/cut/tests/', cutOff(testFiles)],
    ['/no-workers/', (request, response) => {
      response.setHeader('Content-Security-Policy', "worker-src 'none'");
      return siteFiles(request, response);
    }],
    ['/stuck-workers/engine-worker.js', workerThatLacks(stuckWorkers)],
    ['/stuck-workers/', siteFiles],
    ['/no-canvas/engine-worker.js', workerThatLacks(noCanvas)],
    ['/no-canvas/', siteFiles],
    ['/no-memory/engine-worker.js', workerThatLacks(noMemory)],
    ['/no-memory/', siteFiles],
    ['/made/', async (request, response) => response.end(files[request.url?.slice(1) ?? ''])],
    ['/', siteFiles],
  ];
  const server = createServer((request, response) => {
    for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
    for (const [prefix, handler] of routes) {
      if (!request.url?.startsWith(prefix)) continue;
      request.url = request.url.slice(prefix.length - 1);
      return void handler(request, response);
    }
  });
  const port = await listen(server, 0);
  return {
    url: `http://localhost:${port}`,
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}
