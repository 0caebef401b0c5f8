// headlens as a module: attention maps of a photo, computed in a worker of the page's own browser.
//
//   import { createEngine } from './engine.js';
//   const engine = await createEngine();
//   await engine.load('weights/dino-vitt8-reg4.safetensors');
//   const maps = await engine.run(photo, { size: 224 });
//   // maps.cls: (layers, heads, rows, cols): where [CLS] looks
//   const scores = await engine.query(3, 5); // where the patch in row 3, column 5 looks
//   const rollouts = await engine.rollout(); // (layers, rows, cols): what counts for [CLS] up to each
//
// Whatever fails rejects with an error whose message is one sentence for the person at the screen;
// the model and the maps of before stay as they were.
import { engineError } from './protocol.js';
import { startEngine } from './start.js';

/** @typedef {import('./protocol.js').Progress} Progress */
/** @typedef {import('./protocol.js').OnProgress} OnProgress */

/**
 * @typedef {object} ModelInfo what the loaded model is
 * @property {string} description
 * @property {'f32' | 'int8'} precision what its matrices are in
 * @property {number} patch side of a patch in pixels
 * @property {number} width channels of a token
 * @property {number} layers
 * @property {number} heads
 * @property {number} registers tokens between [CLS] and the patches
 * @property {boolean} distilled the first of them is DeiT's distillation token
 * @property {number} gridRows of the learned position embedding
 * @property {number} gridCols
 * @property {'DINO' | 'timm' | 'Hugging Face'} scheme of the names in the file
 * @property {string} network of those that a nested checkpoint holds: 'teacher'; '' if not nested
 * @property {string[]} networks all that it holds
 * @property {number[]} mean of red, green and blue, which photos are normalised by
 * @property {number[]} std
 * @property {PhotoFilter} filter
 * @property {PositionRule} position
 * @property {('mean' | 'filter' | 'position' | 'heads')[]} assumed what neither the file nor the caller said;
 *   'mean' speaks for std too
 *
 * @typedef {'bilinear' | 'bicubic'} PhotoFilter how photos are resized, as PIL does
 *
 * @typedef {'dino' | 'antialias' | 'resize'} PositionRule how positions are brought to the grid of a
 *   photo: src/vit/position.h
 *
 * @typedef {object} EngineInfo
 * @property {import('./probe.js').Build} build
 * @property {boolean} relaxedSimd
 * @property {number} threads that take part in the work
 * @property {number} memory bytes of WebAssembly memory, which never shrinks
 * @property {ModelInfo | null} model
 *
 * @typedef {object} Maps
 * @property {number} layers
 * @property {number} heads
 * @property {number} rows of the patch grid
 * @property {number} cols
 * @property {number} registers
 * @property {Float32Array} cls (layers, heads, rows, cols): scores of [CLS] on the patches, not
 *   renormalised
 * @property {Float32Array} prefix (layers, heads, 1 + registers): its scores on [CLS] and the
 *   registers
 * @property {{height: number, width: number}} resized what the photo was resized to
 * @property {number} height of the part that the patches cover, from the top left of the resized
 *   photo
 * @property {number} width
 * @property {{decode: number, preprocess: number, network: number, total: number,
 *   stages: Record<string, number>}} timing in ms; stages: what the network did meanwhile, as
 *   src/vit/stages.h names it
 *
 * @typedef {Blob | ImageBitmap | ImageData | Pixels} Source
 * @typedef {{pixels: Float32Array, height: number, width: number}} Pixels (3, height, width), normalised
 *
 * @typedef {object} ModelChoices what the caller says of a model, over what the file says
 * @property {number} [heads] where the file does not say how many, and width / 64 is wrong
 * @property {string} [network] of a nested checkpoint, instead of its teacher. Where one must be
 *   chosen, the error has their names as `choices`
 * @property {number[]} [mean] of red, green and blue in [0, 1]; ImageNet's unless the file says
 * @property {number[]} [std]
 * @property {PhotoFilter} [filter] bilinear unless the file or this says bicubic
 * @property {PositionRule} [position] as the file's names tell, unless given
 *
 * @typedef {ModelChoices & {onProgress?: OnProgress, signal?: AbortSignal}} LoadOptions
 *
 * @typedef {object} RunOptions
 * @property {number} [size] the short side in pixels, aspect ratio kept; 224 unless given
 * @property {{height: number, width: number}} [resize] exactly this instead, which may squash
 * @property {'auto' | 'f32' | 'int8'} [precision] auto: as the weights file stores it
 * @property {AbortSignal} [signal]
 * @property {OnProgress} [onProgress]
 *
 * @typedef {[number, number]} Patch row and column, counted from 0
 *
 * @typedef {object} RolloutOptions
 * @property {'mean' | 'max' | 'min'} [fusion] of the heads; mean unless given
 * @property {number} [discard] 0..1 of each layer's weights, the smallest, count as 0; 0 unless given
 * @property {AbortSignal} [signal]
 * @property {OnProgress} [onProgress]
 *
 * @typedef {object} Explanation exp(dot - max) / sum is the score
 * @property {Float32Array} dot (layers, heads): q.k / sqrt(d)
 * @property {Float32Array} max (layers, heads): the largest of these over all tokens
 * @property {Float32Array} sum (layers, heads): of exp(q.k / sqrt(d) - max) over all tokens
 * @property {Float32Array} prefix (layers, heads, 2): the query's score on [CLS], on the registers
 * @property {number} tokens [CLS], registers and patches: those of a row
 *
 * @typedef {object} Engine
 * @property {EngineInfo} info
 * @property {(source: string | URL | Blob | ArrayBuffer, options?: LoadOptions) => Promise<void>}
 *   load a weights file while it arrives; cancels runs and loads that are under way. No copy of it is
 *   kept: another precision reads it again, of an address what the browser has kept
 * @property {(source: Source, options?: RunOptions) => Promise<Maps>} run cancels an older run
 * @property {(row: number, col: number) => Promise<Float32Array>} query (layers, heads, rows, cols):
 *   scores of a patch, of the photo that ran last
 * @property {(options?: RolloutOptions) => Promise<Float32Array>} rollout (layers, rows, cols): how much
 *   each patch counts for [CLS] through all layers up to and with each; cancels an older one, and
 *   ends when a photo runs
 * @property {(query: Patch | null) => Promise<Float32Array>} similarity (layers, rows, cols): cosine of
 *   the query's key, heads concatenated, with each patch's; null: that of [CLS]
 * @property {(what: {layer: number, facet?: 'keys' | 'tokens'}) => Promise<Float32Array>} pca (rows, cols,
 *   3): first three components of a layer's keys, heads concatenated, or of the tokens that enter it,
 *   each in 0..1. Layers count from 1
 * @property {(query: Patch | null, patch: Patch) => Promise<Explanation>} explain how the score of a
 *   patch came about
 * @property {() => void} terminate ends the worker
 */

/**
 * @param {object} [options]
 * @param {number} [options.threads] as many as there are processors, at most 8, unless given
 * @param {string | URL} [options.base] where the engine's files are; beside this module unless given
 * @param {import('./probe.js').Build} [options.build] instead of the best that the browser can run
 * @param {OnProgress} [options.onProgress] for every call that has none of its own
 * @returns {Promise<Engine>}
 */
export async function createEngine({ threads, base, build, onProgress: onAny } = {}) {
  const home = base ? new URL(base, pageAddress()).href : '';
  const started = await startEngine(home, { threads, build }, onAny);
  const { call, terminate } = started.connection;
  let { info } = started;

  return {
    get info() { return info; },
    async load(source, { onProgress = onAny, signal, heads, network, mean, std, filter, position } = {}) {
      const choices = { heads, network, mean, std, filter, position };
      info = await call('load', { source: weightsSource(source), choices }, { onProgress, signal });
    },
    async run(source, { size = 224, resize, precision = 'auto', signal, onProgress = onAny } = {}) {
      checkRun(source, size, resize, precision);
      const args = { source, size, resize, precision };
      const result = await call('run', args, { onProgress, signal });
      info = result.info;
      return result.maps;
    },
    query: (row, col) => call('query', { row, col }),
    async rollout({ fusion = 'mean', discard = 0, signal, onProgress = onAny } = {}) {
      checkChoice('fusion', fusion, ['mean', 'max', 'min']);
      return call('rollout', { fusion, discard }, { onProgress, signal });
    },
    similarity: (query) => call('similarity', { query }),
    async pca({ layer, facet = 'keys' }) {
      checkChoice('facet', facet, ['keys', 'tokens']);
      return call('pca', { layer, facet });
    },
    explain: (query, patch) => call('explain', { query, patch }),
    terminate,
  };
}

const pageAddress = () => globalThis.document?.baseURI ?? globalThis.location.href;

/**
 * @param {string | URL | Blob | ArrayBuffer} source
 * @returns {string | Blob}
 */
function weightsSource(source) {
  if (source instanceof Blob) return source;
  if (typeof source === 'string' || source instanceof URL) return new URL(source, pageAddress()).href;
  return new Blob([source]);
}

/** @param {unknown} side */
const isSide = (side) => Number.isInteger(side) && Number(side) > 0 && Number(side) < 2 ** 20;

/**
 * @param {Source} source
 * @param {number} size
 * @param {{height: number, width: number} | undefined} resize
 * @param {string} precision
 */
function checkRun(source, size, resize, precision) {
  if (!(source instanceof Object)) throw engineError('There is no photo: give a file, a bitmap or pixels.');
  if (!isSide(size)) throw engineError(`The size is a whole number of pixels above 0, not ${size}.`);
  if (resize && !(isSide(resize.height) && isSide(resize.width))) {
    throw engineError('The height and width to resize to are whole numbers of pixels above 0.');
  }
  checkChoice('precision', precision, ['auto', 'f32', 'int8']);
}

/**
 * @param {string} what
 * @param {string} choice
 * @param {string[]} choices
 */
function checkChoice(what, choice, choices) {
  if (choices.includes(choice)) return;
  const list = `${choices.slice(0, -1).join(', ')} or ${choices.at(-1)}`;
  throw engineError(`The ${what} is ${list}, not ${choice}.`);
}
