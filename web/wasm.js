// The WebAssembly module as a session: src/engine/c_api.h with JavaScript's types.
import { engineError } from './protocol.js';
import { askers } from './wasm-ask.js';

/** @typedef {import('./probe.js').Build} Build */
/** @typedef {import('./engine.js').ModelInfo} ModelInfo */
/** @typedef {'auto' | 'f32' | 'int8'} Precision */

/**
 * @typedef {object} Pass the shapes of a pass: src/engine/c_api.cc, PassJson
 * @property {number} layers
 * @property {number} heads
 * @property {number} rows
 * @property {number} cols
 * @property {number} registers
 * @property {number} height
 * @property {number} width
 * @property {number} resizedHeight
 * @property {number} resizedWidth
 */

/** @typedef {Awaited<ReturnType<typeof openSession>>} Session */

/**
 * Emscripten's files. Bundlers find them by just these words, and give them other names.
 * @type {Record<Build, {script: URL, binary: URL}>}
 */
const builds = {
  'simd-single': {
    script: new URL('./engine-simd-single.js', import.meta.url),
    binary: new URL('./engine-simd-single.wasm', import.meta.url),
  },
  'simd-threads': {
    script: new URL('./engine-simd-threads.js', import.meta.url),
    binary: new URL('./engine-simd-threads.wasm', import.meta.url),
  },
  'relaxed-single': {
    script: new URL('./engine-relaxed-single.js', import.meta.url),
    binary: new URL('./engine-relaxed-single.wasm', import.meta.url),
  },
  'relaxed-threads': {
    script: new URL('./engine-relaxed-threads.js', import.meta.url),
    binary: new URL('./engine-relaxed-threads.wasm', import.meta.url),
  },
};

const memoryLimit = 2 ** 31 - 2 ** 27; // of the 2 GB of a module, less what photos and code take
const startTimeout = 15_000; // ms; threads that cannot start say nothing

/**
 * @param {string} base where the engine's files are; '': beside this module
 * @param {Build} build
 * @param {number} threads
 */
export async function openSession(base, build, threads) {
  const module = await instantiate(base, build, threads);
  const started = module._hl_start(threads, memoryLimit);

  const text = (/** @type {number} */ pointer) => module.UTF8ToString(pointer);
  const lastError = () => engineError(text(module._hl_error()));

  /** Of a load, which may have failed for want of a choice. */
  const loadError = () => {
    const { message } = lastError();
    const choices = JSON.parse(text(module._hl_choices()));
    return engineError(message, Object.keys(choices).length > 0 ? choices : undefined);
  };

  /** @param {number} status 0, or what hl_error explains */
  const check = (status) => {
    if (status !== 0) throw lastError();
  };

  // Views are made anew each time: the memory's buffer changes when it grows.
  const memory = () => /** @type {ArrayBuffer} */ (module.wasmMemory.buffer);

  /** @param {number} bytes */
  const input = (bytes) => {
    const pointer = module._hl_input(bytes);
    if (!pointer) throw engineError('There is not enough memory for this file: close other pages, or take a smaller one.');
    return new Uint8Array(memory(), pointer, bytes);
  };

  /** @param {Uint8Array | Uint8ClampedArray} bytes */
  const give = (bytes) => input(bytes.length).set(bytes);

  /**
   * @param {number} bytes
   * @param {object} options
   */
  const beginLoad = (bytes, options) => {
    const json = new TextEncoder().encode(`${JSON.stringify(options)}\0`);
    const place = input(json.length);
    place.set(json);
    if (module._hl_load_begin(bytes, place.byteOffset) !== 0) throw lastError();
  };

  /**
   * @param {number} pointer
   * @param {number} count
   */
  const copyFloats = (pointer, count) => new Float32Array(memory(), pointer, count).slice();

  /** @param {Uint8Array} chunk */
  const takeWeights = (chunk) => {
    for (let at = 0; at < chunk.length;) {
      const pointer = module._hl_load_room();
      if (!pointer) throw loadError();
      const part = chunk.subarray(at, at + module._hl_load_room_bytes());
      new Uint8Array(memory(), pointer, part.length).set(part);
      if (module._hl_load_take(part.length) !== 0) throw loadError();
      at += part.length;
    }
  };

  /** @returns {Pass} */
  const pass = () => JSON.parse(text(module._hl_pass()));

  return {
    build,
    threads: /** @type {number} */ (started),
    /** @returns {ModelInfo | null} */
    model: () => JSON.parse(text(module._hl_model())),
    memory: () => memory().byteLength,

    /**
     * What is in use stays until the whole file is there and good.
     * @param {AsyncIterable<Uint8Array>} chunks of a weights file
     * @param {number} bytes of the file; 0 where they are not known for certain
     * @param {{precision: Precision} & import('./engine.js').ModelChoices} options
     */
    async load(chunks, bytes, options) {
      beginLoad(bytes, options);
      try {
        for await (const chunk of chunks) takeWeights(chunk);
      } catch (error) {
        if (!(error instanceof WebAssembly.RuntimeError)) module._hl_load_stop(); // else it is given up
        throw error;
      }
      if (module._hl_load_end() !== 0) throw loadError();
    },

    /**
     * Fails for a photo that is cut off: browsers would draw what there is of it.
     * @param {Uint8Array} file
     */
    checkFile(file) {
      give(file);
      check(module._hl_check_file());
    },

    /** @param {Uint8Array} file */
    decode(file) {
      give(file);
      check(module._hl_photo_file());
    },

    /** @param {import('./photo.js').Photo} photo */
    takePhoto({ rgba, height, width }) {
      give(rgba);
      check(module._hl_photo_rgba(height, width));
    },

    /**
     * @param {number} size
     * @param {{height: number, width: number} | undefined} resize
     */
    preparePhoto(size, resize) {
      check(module._hl_prepare_photo(size, resize?.height ?? 0, resize?.width ?? 0));
    },

    /** @param {{pixels: Float32Array, height: number, width: number}} source */
    preparePixels({ pixels, height, width }) {
      give(new Uint8Array(pixels.buffer, pixels.byteOffset, pixels.byteLength));
      check(module._hl_prepare_pixels(height, width));
    },

    begin() {
      check(module._hl_begin());
      return pass();
    },

    /** A part of the pass: how far it is then. @returns {{done: boolean, layer: number}} */
    step() {
      check(module._hl_step());
      return { done: module._hl_done() !== 0, layer: module._hl_layer() };
    },

    /** Of the finished pass. */
    maps() {
      const { layers, heads, rows, cols, registers } = pass();
      return {
        cls: copyFloats(module._hl_cls(), layers * heads * rows * cols),
        prefix: copyFloats(module._hl_prefix(), layers * heads * (1 + registers)),
      };
    },

    /**
     * Of the pass begun last: ms by the names in src/vit/stages.h.
     * @returns {Record<string, number>}
     */
    stages: () => JSON.parse(text(module._hl_stages())),

    ...askers({ module, check, pass, answer: (count) => copyFloats(module._hl_answer(), count) }),

    close: () => module.PThread?.terminateAllThreads(),
  };
}

/** @param {string} base @param {Build} build */
const filesOf = (base, build) => (base
  ? { script: new URL(`engine-${build}.js`, base), binary: new URL(`engine-${build}.wasm`, base) }
  : builds[build]);

/**
 * @param {string} base
 * @param {Build} build
 * @param {number} threads
 * @returns {Promise<any>} Emscripten's module
 */
async function instantiate(base, build, threads) {
  const { script, binary } = filesOf(base, build);
  const { default: factory } = await import(/* @vite-ignore */ /* webpackIgnore: true */ script.href);
  const watch = watchWorkers(script);
  try {
    return await Promise.race([factory({ threads, locateFile: () => binary.href }), watch.failed]);
  } finally {
    watch.end();
  }
}

/**
 * The factory waits for its threads for ever: whether one of them fails must be seen here. And it knows
 * the script that they run, its own, only by the name that it was built with.
 * @param {URL} script
 * @returns {{failed: Promise<never>, end: () => void}}
 */
function watchWorkers(script) {
  const PlainWorker = globalThis.Worker;
  let end = () => {};
  /** @type {Promise<never>} */
  const failed = new Promise((_, reject) => {
    const fail = () => reject(engineError('The engine could not start its threads.'));
    const timer = setTimeout(fail, startTimeout);
    globalThis.Worker = class extends PlainWorker {
      /** @param {string | URL} _ @param {WorkerOptions} [options] */
      constructor(_, options) {
        super(script, options);
        this.addEventListener('error', fail);
      }
    };
    end = () => {
      clearTimeout(timer);
      globalThis.Worker = PlainWorker;
    };
  });
  return { failed, end };
}
