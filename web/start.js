// Starting the engine's worker, and starting it again where it got stuck.
import { abortError, connect, engineError } from './protocol.js';

/** @typedef {import('./probe.js').Build} Build */
/** @typedef {ReturnType<typeof openWorker>} Connection */

const patience = 2500; // ms without an answer after which a worker that starts threads is given up
const attempts = 3;

/**
 * Now and then Firefox blocks a worker for ever that creates another (seen in 153). A new one is
 * then tried, in the end without threads.
 * @param {string} home where the engine's files are; '': beside this module
 * @param {{threads?: number, build?: Build}} wanted
 * @param {import('./protocol.js').OnProgress} [onProgress]
 * @returns {Promise<{connection: Connection, info: import('./engine.js').EngineInfo}>}
 */
export async function startEngine(home, wanted, onProgress) {
  for (let attempt = 1; ; ++attempt) {
    const connection = openWorker(home);
    const args = { base: home, ...(attempt < attempts ? wanted : { threads: 1 }) };
    try {
      const info = await startWatched(connection, args, onProgress);
      if (info) return { connection, info };
    } catch (error) {
      connection.terminate();
      throw error;
    }
    connection.terminate();
    if (attempt === attempts) throw engineError('The engine did not start: reload the page.');
  }
}

/**
 * @param {Connection} connection
 * @param {object} args
 * @param {import('./protocol.js').OnProgress} [onProgress]
 * @returns {Promise<import('./engine.js').EngineInfo | null>} null: it got stuck
 */
async function startWatched({ call, answers }, args, onProgress) {
  let started = false;
  /** @type {(value: null) => void} */
  let giveUp;
  const stuck = new Promise((resolve) => { giveUp = resolve; });
  const watch = async () => {
    while (!started) if (!await answers(patience)) return giveUp(null);
  };
  // Before its first sign of life the worker's script may still be on its way.
  let watched = false;
  const start = call('start', args, {
    onProgress: (progress) => {
      if (!watched) watch();
      watched = true;
      onProgress?.(progress);
    },
  });
  try {
    return await Promise.race([start, stuck]);
  } finally {
    started = true;
    start.catch(() => {}); // it is given up
  }
}

/** @param {string} home */
function openWorker(home) {
  const worker = home ? workerOf(new URL('engine-worker.js', home)) : ownWorker();
  const { call, close, answers } = connect(worker);
  worker.onerror = (event) => close(engineError(
    `The engine's worker failed${event.message ? ` (${event.message})` : ''}: reload the page.`));
  const terminate = () => {
    worker.terminate();
    close(abortError('The engine was terminated.'));
  };
  return { call, answers, terminate };
}

/** Bundlers find the worker's script by just these words, and give it another name. */
function ownWorker() {
  const beside = new URL(import.meta.url);
  if (beside.origin !== globalThis.location.origin) return workerOf(new URL('engine-worker.js', beside));
  return new Worker(new URL('./engine-worker.js', import.meta.url), { type: 'module' });
}

/**
 * A worker's script must be of the page's origin; a script of its own origin may import another's.
 * @param {URL} script
 */
function workerOf(script) {
  if (script.origin === globalThis.location.origin) return new Worker(script, { type: 'module' });
  const code = new Blob([`import ${JSON.stringify(script.href)};`], { type: 'text/javascript' });
  return new Worker(URL.createObjectURL(code), { type: 'module' });
}
