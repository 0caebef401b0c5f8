// A host of what scripts/dist wrote, below a sub-path as a project site of GitHub Pages, whose headers and
// contents a test can change.
import { createServer } from 'node:http';
import { listen, serveFolder } from '../../scripts/serve.mjs';

/**
 * @typedef {object} Asked
 * @property {string} path below the base; that of what lies outside begins with a slash
 * @property {string} method
 * @property {number} status 0: the answer has not been taken, or not yet
 * @property {string} [range]
 *
 * @typedef {Awaited<ReturnType<typeof startHost>>} Host
 */

/**
 * @param {string} folder
 * @param {{isolated?: boolean, base?: string, headers?: Record<string, string>}} [options] isolated: the host knows the
 *   file _headers; headers: on all that it sends
 */
export async function startHost(folder, { isolated = true, base = '/project/site/', headers = {} } = {}) {
  let serve = serveFolder(folder, { isolated });
  /** @type {Asked[]} */
  const asked = [];
  /** @type {{paths: RegExp, over: Promise<void>} | null} */
  let held = null;
  const server = createServer(async (request, response) => {
    const { url = '', method = '', headers: { range } } = request;
    const inside = url.startsWith(base);
    const path = inside ? url.slice(base.length) : url;
    const entry = { path, method, status: 0, range };
    asked.push(entry);
    response.on('finish', () => { entry.status = response.statusCode; });
    for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
    if (!inside) return response.writeHead(404).end();
    if (held?.paths.test(path)) await held.over;
    request.url = `/${path}`;
    serve(request, response);
  });
  const port = await listen(server, 0);

  /** @param {RegExp} paths @param {number} [times] at least */
  async function askedFor(paths, times = 1) {
    const last = Date.now() + 30_000;
    while (asked.filter(({ path }) => paths.test(path)).length < times) {
      if (Date.now() > last) throw new Error(`For 30 s this was not asked for ${times} times: ${paths}`);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }

  return {
    url: `http://localhost:${port}${base}`,
    asked,
    askedFor,

    /**
     * The page has been asked for so many times. To evaluate anything in it before counts as an act of its reader, with
     * Playwright and Puppeteer, and a page that is in use does not reload.
     * @param {number} times
     */
    askedForPage: (times) => askedFor(/^$/, times),

    /** Another version is there now. @param {string} next */
    change(next) {
      serve = serveFolder(next, { isolated });
    },

    /** Whoever asks for these waits. @param {RegExp} paths @returns {() => void} ends that */
    hold(paths) {
      let end = () => {};
      held = { paths, over: new Promise((resolve) => { end = resolve; }) };
      return end;
    },

    /** No connection any more. */
    close() {
      server.closeAllConnections();
      server.close();
    },

    /** The connection is back, at the same address. */
    async reopen() {
      if (await listen(server, port) !== port) throw new Error(`Another program has taken port ${port}.`);
    },
  };
}
