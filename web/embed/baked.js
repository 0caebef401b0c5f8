// A .maps file: the maps of all layers and heads of a photo, computed before, 8 bits a score. It is a
// safetensors file, and may come from anywhere: nothing in it is trusted.

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
  if (!fits) throw new Error(`The maps are damaged, or are none (${what}): bake them again.`);
}

/**
 * @param {ArrayBuffer} bytes
 * @returns {Results}
 */
export function readBaked(bytes) {
  expect(bytes.byteLength > 8, 'nothing is in the file');
  const size = Number(new DataView(bytes).getBigUint64(0, true));
  expect(8 + size <= bytes.byteLength, 'its header is cut off');
  /** @type {any} */
  let header = null;
  try {
    header = JSON.parse(new TextDecoder().decode(new Uint8Array(bytes, 8, size)));
  } catch {
    // as where it says nothing
  }
  const { format, version, model = '', precision = '', ...facts } = Object(header?.__metadata__);
  expect(format === 'headlens-maps', 'its header is another\u2019s');
  if (!(version <= newest)) {
    throw new Error(`The maps are of version ${String(version).slice(0, 9)}, this embed.js reads up to ${newest}: take the embed.js that belongs to them.`);
  }

  /**
   * @param {string} name
   * @param {keyof typeof arrays} type
   * @param {number[]} wanted its shape; 0: any extent
   */
  function tensor(name, type, wanted) {
    const { dtype, shape, data_offsets } = Object(header[name]);
    const [begin, end] = Array.isArray(data_offsets) ? data_offsets : [];
    expect(dtype === type && shape?.length === wanted.length && wanted.every((extent, i) =>
      Number.isInteger(shape[i]) && shape[i] > 0 && shape[i] <= most && (!extent || shape[i] === extent)), name);
    const count = shape.reduce((/** @type {number} */ product, /** @type {number} */ extent) => product * extent, 1);
    const data = Number.isInteger(begin) && begin >= 0 ? bytes.slice(8 + size + begin, 8 + size + end) : bytes;
    expect(end - begin === data.byteLength && data.byteLength === count * arrays[type].BYTES_PER_ELEMENT, name);
    return { shape: /** @type {number[]} */ (shape), values: new arrays[type](data) };
  }

  /** score = low + (high - low) * (u / 255)^2 @param {string} name @param {number[]} wanted (.., rows, cols) */
  function scores(name, wanted) {
    const { shape, values } = tensor(name, 'U8', wanted);
    const low = tensor(`${name}.low`, 'F32', shape.slice(0, -2)).values;
    const high = tensor(`${name}.high`, 'F32', shape.slice(0, -2)).values;
    expect(low.every((one, i) => one >= 0 && one <= high[i] && high[i] <= 1), `${name} beyond 0 to 1`);
    const patches = values.length / low.length;
    return { shape, scores: Float32Array.from(values, (level, i) => {
      const map = Math.floor(i / patches);
      return low[map] + (high[map] - low[map]) * (level / 255) ** 2;
    }) };
  }

  /** @param {string} of what @param {number} limit */
  function sizeOf(of, limit) {
    const [width, height] = [`${of}_width`, `${of}_height`].map((name) => Number(facts[name]));
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
    registers: Number(facts.registers) || 0,
    covered: sizeOf('covered', 1),
    photo: sizeOf('photo', 1e6),
    prefix: tensor('prefix', 'F32', [layers, heads]).values,
  };
}
