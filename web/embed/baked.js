// A .maps file: the maps of all layers and heads of a photo, computed before, 8 bits a score. It is a
// safetensors file, and may come from anywhere: nothing in it is trusted.
import { floor } from './math.js';

/**
 * @typedef {object} Results what a network saw in a photo
 * @property {string} model
 * @property {string} precision
 * @property {number} layers
 * @property {number} heads
 * @property {number} rows
 * @property {number} cols
 * @property {number} registers
 * @property {{width: number, height: number}} covered shares of the photo under patches
 * @property {{width: number, height: number}} [photo] the pixels of the photo that they are of
 * @property {Float32Array} cls (layers, heads, rows, cols)
 * @property {Float32Array} prefix (layers, heads): share of the mass on [CLS] and the registers
 * @property {Map<string, Float32Array>} queries by "row,col": the same for a patch as the query
 */

const newest = 1;
const most = 4096; // of anything
const arrays = { U8: Uint8Array, F32: Float32Array, I32: Int32Array };

/** @param {unknown} fits @param {string} what @returns {asserts fits} */
function expect(fits, what) {
  if (!fits) throw new Error(`The maps are damaged (${what}): bake them again.`);
}

/**
 * @param {ArrayBuffer} bytes
 * @returns {Results}
 */
export function readBaked(bytes) {
  /** @type {any} */
  let header;
  let begin = 8;
  try {
    begin += Number(new DataView(bytes).getBigUint64(0, true));
    header = JSON.parse(new TextDecoder().decode(bytes.slice(8, begin)));
  } catch {
    // as where it says nothing
  }
  const { format, version, model = '', precision = '', registers = 0, ...facts } = Object(header?.__metadata__);
  expect(format === 'headlens-maps', 'the header');
  if (!(version <= newest)) throw new Error(`The maps are of version ${`${version}`.slice(0, 9)}, newer than this embed.js: take theirs.`);

  /**
   * @template {keyof typeof arrays} Type
   * @param {string} name
   * @param {Type} type
   * @param {number[]} wanted its shape; 0: any extent
   */
  function tensor(name, type, wanted) {
    const { dtype, shape, data_offsets } = Object(header[name]);
    const [from, to] = Array.from(data_offsets ?? []).map(Number);
    const data = from >= 0 ? bytes.slice(begin + from, begin + to) : bytes;
    expect(dtype === type && wanted.length === shape?.length && wanted.every((extent, i) => shape[i] > 0 && shape[i] <= most && (extent || shape[i]) === shape[i]) &&
      data.byteLength === to - from && data.byteLength === shape.reduce((/** @type {number} */ a, /** @type {number} */ b) => a * b, arrays[type].BYTES_PER_ELEMENT), name);
    return { shape: /** @type {number[]} */ (shape), values: /** @type {InstanceType<typeof arrays[Type]>} */ (new arrays[type](data)) };
  }

  /** score = low + (high - low) * (u / 255)^2 @param {string} name @param {number[]} wanted (.., rows, cols) */
  function scores(name, wanted) {
    const { shape, values } = tensor(name, 'U8', wanted);
    const [lows, highs] = ['low', 'high'].map((end) => tensor(`${name}.${end}`, 'F32', shape.slice(0, -2)).values);
    expect(lows.every((low, i) => low >= 0 && low <= highs[i] && highs[i] <= 1), `${name} beyond 0 to 1`);
    return { shape, scores: Float32Array.from(values, (level, i) => {
      const map = floor((i * lows.length) / values.length);
      return lows[map] + (highs[map] - lows[map]) * (level / 255) ** 2;
    }) };
  }

  /** @param {string} of what @param {number} limit */
  function size(of, limit) {
    const [width, height] = [Number(facts[`${of}_width`]), Number(facts[`${of}_height`])];
    expect(width > 0 && width <= limit && height > 0 && height <= limit, of);
    return { width, height };
  }

  const { shape, scores: cls } = scores('cls', [0, 0, 0, 0]);
  const [layers, heads, rows, cols] = shape;
  expect(heads <= 64, 'heads');
  const queries = new Map();
  if (header.queries) {
    const { values, shape: [count] } = tensor('queries', 'I32', [0, 2]);
    const all = scores('query_maps', [count, ...shape]).scores;
    for (let i = 0; i < count; ++i) queries.set(`${values.slice(2 * i, 2 * i + 2)}`, all.slice(i * cls.length, (i + 1) * cls.length));
  }
  return {
    model, precision, layers, heads, rows, cols, cls, queries,
    registers: Number(registers),
    covered: size('covered', 1),
    photo: size('photo', 1e6),
    prefix: tensor('prefix', 'F32', [layers, heads]).values,
  };
}
