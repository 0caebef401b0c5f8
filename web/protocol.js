// The messages between the page and the engine's worker, and the only code that knows them.
//
//   page to worker    {id, method, args}      a request
//                     {cancel: id}            its result is no longer wanted
//                     {ping: id}              answered at once unless the worker is blocked
//   worker to page    {id, progress}          any number of times
//                     {id, value}             done, or
//                     {id, error}             failed: {name, message, choices?}
//                     {pong: id}
//
// The worker answers requests one after the other, in the order of their arrival.

/**
 * @typedef {object} Progress how far a call has come
 * @property {'engine' | 'download' | 'model' | 'photo' | 'network' | 'rollout' | 'similarity' | 'pca' | 'explain'} stage
 *   what is being done
 * @property {number} done bytes of a weights file, layers of the network or a rollout, else 0 or 1
 * @property {number} total what `done` will end at; 0 if unknown
 *
 * @typedef {Record<string, string[]>} Choices what the caller has to say before it works, and what it can say:
 *   {network: ['student', 'model_ema']}
 *
 * @typedef {(progress: Progress) => void} OnProgress
 * @typedef {{signal?: AbortSignal, onProgress?: OnProgress}} CallOptions
 * @typedef {{signal: AbortSignal, onProgress: OnProgress}} HandlerOptions
 * @typedef {{value?: unknown, transfer?: Transferable[]}} Answer
 * @typedef {(args: any, options: HandlerOptions) => Promise<Answer>} Handler
 *
 * @typedef {object} Port a worker, the inside of one, or a MessagePort
 * @property {(message: any, options?: {transfer?: Transferable[]}) => void} postMessage
 * @property {((event: MessageEvent) => any) | null} onmessage
 */

/**
 * An error of the engine: its message is one sentence for the person at the screen.
 * @param {string} message
 * @param {Choices} [choices]
 */
export function engineError(message, choices) {
  return Object.assign(new Error(message), { name: 'EngineError' }, choices && { choices });
}

/** @param {string} message */
export function abortError(message) {
  return new DOMException(message, 'AbortError');
}

/**
 * What is waited for no longer than it is wanted.
 * @template T
 * @param {Promise<T>} promise
 * @param {AbortSignal} signal
 * @returns {Promise<T>}
 */
export function unlessAborted(promise, signal) {
  return new Promise((resolve, reject) => {
    if (signal.aborted) reject(signal.reason);
    signal.addEventListener('abort', () => reject(signal.reason));
    promise.then(resolve, reject);
  });
}

/** @param {{name: string, message: string, choices?: Choices}} error */
function revive({ name, message, choices }) {
  if (name === 'AbortError') return abortError(message);
  return Object.assign(new Error(message), { name }, choices && { choices });
}

/**
 * The page's end.
 * @param {Port} port
 */
export function connect(port) {
  /** @type {Map<number, {resolve: (value: any) => void, reject: (reason: unknown) => void,
   *                      onProgress?: OnProgress}>} */
  const waiting = new Map();
  /** @type {Error | null} */
  let closed = null;
  let lastId = 0;
  let lastPong = 0;

  port.onmessage = ({ data }) => {
    if ('pong' in data) lastPong = data.pong;
    const call = waiting.get(data.id);
    if (!call) return; // cancelled meanwhile
    if (data.progress) return call.onProgress?.(data.progress);
    if (data.error) call.reject(revive(data.error));
    else call.resolve(data.value);
  };

  /**
   * @param {string} method
   * @param {object} args
   * @param {CallOptions} [options]
   * @returns {Promise<any>}
   */
  async function call(method, args, { signal, onProgress } = {}) {
    if (closed) throw closed;
    signal?.throwIfAborted();
    const id = ++lastId;
    const cancel = () => {
      port.postMessage({ cancel: id });
      waiting.get(id)?.reject(signal?.reason);
    };
    signal?.addEventListener('abort', cancel);
    try {
      return await new Promise((resolve, reject) => {
        waiting.set(id, { resolve, reject, onProgress });
        port.postMessage({ id, method, args });
      });
    } finally {
      signal?.removeEventListener('abort', cancel);
      waiting.delete(id);
    }
  }

  /**
   * Nothing will be answered any more.
   * @param {Error} reason
   */
  function close(reason) {
    closed ??= reason;
    for (const { reject } of waiting.values()) reject(reason);
  }

  /**
   * Whether the worker handles messages at all.
   * @param {number} patience ms
   */
  async function answers(patience) {
    const ping = ++lastId;
    port.postMessage({ ping });
    await new Promise((resolve) => setTimeout(resolve, patience));
    return lastPong >= ping;
  }

  return { call, close, answers };
}

/**
 * The worker's end.
 * @param {Port} port
 * @param {Record<string, Handler>} handlers
 * @param {Record<string, string[]>} supersedes the older requests that a new one of a method cancels
 */
export function serve(port, handlers, supersedes) {
  /** @type {Map<number, {method: string, controller: AbortController}>} */
  const open = new Map();
  let turn = Promise.resolve();

  port.onmessage = ({ data }) => {
    if ('ping' in data) return port.postMessage({ pong: data.ping });
    if ('cancel' in data) {
      open.get(data.cancel)?.controller.abort(abortError('The work was cancelled.'));
      return;
    }
    for (const { method, controller } of open.values()) {
      if (supersedes[data.method]?.includes(method)) {
        controller.abort(abortError(`A newer ${data.method} took its place.`));
      }
    }
    const controller = new AbortController();
    open.set(data.id, { method: data.method, controller });
    turn = turn.then(() => answer(data, controller.signal));
  };

  /**
   * @param {{id: number, method: string, args: unknown}} request
   * @param {AbortSignal} signal
   */
  async function answer({ id, method, args }, signal) {
    const onProgress = (/** @type {Progress} */ progress) => port.postMessage({ id, progress });
    try {
      signal.throwIfAborted();
      const { value, transfer = [] } = await handlers[method](args, { signal, onProgress });
      port.postMessage({ id, value }, { transfer });
    } catch (error) {
      /** @type {Error & {choices?: Choices}} */
      const { name, message, choices } = error instanceof Object
        ? /** @type {Error} */ (error) : engineError(String(error));
      port.postMessage({ id, error: { name, message, choices } });
    } finally {
      open.delete(id);
    }
  }
}

/**
 * Lets the messages that have arrived be handled, without the delay that timers have.
 * @returns {Promise<void>}
 */
export function breathe() {
  const { port1, port2 } = new MessageChannel();
  return new Promise((resolve) => {
    port1.onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage(null);
  });
}
