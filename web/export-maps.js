// The numbers behind the picture as files: NPZ, which numpy.load reads, and JSON, which also opens the
// same view again when it is dropped on the page.
import { zip } from './zip.js';

/**
 * @typedef {import('./export-file.js').Exported} Exported
 *
 * @typedef {object} NamedArray
 * @property {string} name as the native tool calls it
 * @property {number[]} shape
 * @property {Float32Array<ArrayBuffer>} values row-major
 */

/**
 * @param {Exported} what
 * @param {Float32Array | null} rollout (rows, cols), where it is shown
 * @returns {NamedArray[]}
 */
export function arraysOf({ views: [{ maps, answer }], state }, rollout) {
  const { layers, heads, rows, cols } = maps;
  const { prefix } = /** @type {Partial<import('./engine.js').Maps>} */ (maps); // not of maps that were computed before
  const shape = [layers, heads, rows, cols];
  const array = (/** @type {string} */ name, /** @type {number[]} */ axes, /** @type {Float32Array} */ values) =>
    ({ name, shape: axes, values: /** @type {Float32Array<ArrayBuffer>} */ (values) });
  const arrays = [array('cls_attention', shape, maps.cls)];
  if (prefix) arrays.push(array('prefix_attention', [layers, heads, prefix.length / (layers * heads)], prefix));
  if (state.query && answer) arrays.push(array('query_attention', shape, answer.scores));
  if (rollout) arrays.push(array('rollout', [rows, cols], rollout));
  return arrays;
}

/**
 * What the file says beside the arrays; a view that opens again as it was.
 * @param {Exported} what
 */
export function factsOf({ photo, model, state, views: [{ maps, answer }] }) {
  return {
    made_with: 'headlens',
    photo,
    model,
    query: state.query && answer ? answer.patch.join(',') : 'cls',
    resized_height: maps.resized.height,
    resized_width: maps.resized.width,
    height: maps.height,
    width: maps.width,
    view: state,
  };
}

/**
 * numpy/lib/format.py, version 1.0.
 * @param {NamedArray} array
 */
function npy({ shape, values }) {
  const preamble = 10; // magic, version, header length
  const tuple = `(${shape.join(', ')}${shape.length === 1 ? ',' : ''})`;
  const dictionary = `{'descr': '<f4', 'fortran_order': False, 'shape': ${tuple}, }`;
  const length = Math.ceil((preamble + dictionary.length + 1) / 64) * 64;
  const bytes = new Uint8Array(length + values.byteLength);
  bytes.set([0x93, ...new TextEncoder().encode('NUMPY'), 1, 0]);
  new DataView(bytes.buffer).setUint16(8, length - preamble, true);
  bytes.set(new TextEncoder().encode(`${dictionary.padEnd(length - preamble - 1)}\n`), preamble);
  bytes.set(new Uint8Array(values.buffer, values.byteOffset, values.byteLength), length);
  return bytes;
}

/**
 * With the facts as JSON in an entry of their own, which numpy gives as bytes.
 * @param {NamedArray[]} arrays
 * @param {object} facts
 */
export const npzOf = (arrays, facts) => zip([
  ...arrays.map((array) => ({ name: `${array.name}.npy`, bytes: npy(array) })),
  { name: 'facts.json', bytes: new TextEncoder().encode(JSON.stringify(facts)) },
]);

/** The shortest decimal that reads back as the same 32 bits. @param {number} value */
function shortest(value) {
  for (const digits of [6, 7, 8]) {
    const short = Number(value.toPrecision(digits));
    if (Math.fround(short) === value) return short;
  }
  return Number(value.toPrecision(9));
}

/**
 * {..facts, "NAME": {"shape": [..], "values": [..]}}, as the native tool writes it.
 * @param {NamedArray[]} arrays
 * @param {object} facts
 */
export function jsonOf(arrays, facts) {
  const written = arrays.map(({ name, shape, values }) => [name, { shape, values: Array.from(values, shortest) }]);
  return new Blob([JSON.stringify({ ...facts, ...Object.fromEntries(written) })], { type: 'application/json' });
}

/**
 * The view that a file of jsonOf was made of.
 * @param {Blob} file
 * @returns {Promise<{photo: string, state: Partial<import('./viewer.js').ViewState>}>}
 */
export async function readSidecar(file) {
  /** @type {any} */
  let facts = null;
  try {
    facts = JSON.parse(await file.text());
  } catch {
    // is said below
  }
  const isState = facts?.view instanceof Object && !Array.isArray(facts.view);
  if (!isState) throw new Error('This JSON file holds no view of headlens: drop one that Export saved here.');
  return { photo: String(facts.photo ?? ''), state: facts.view };
}
