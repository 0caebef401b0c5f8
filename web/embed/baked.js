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
const maxHeader = 1e5; // bytes
const most = { layers: 256, heads: 64, side: 512 };

const damaged = (/** @type {string} */ how) => new Error(`The maps are damaged (${how}): bake them again.`);

/** @param {ArrayBuffer} file */
function readHeader(file) {
  const size = file.byteLength >= 8 ? Number(new DataView(file).getBigUint64(0, true)) : 0;
  if (!size || size > maxHeader || 8 + size > file.byteLength) {
    throw new Error('The file of maps is none, or cut off: headlens bake writes it.');
  }
  try {
    return { header: JSON.parse(new TextDecoder().decode(new Uint8Array(file, 8, size))), data: file.slice(8 + size) };
  } catch {
    throw damaged('its header cannot be read');
  }
}

/** @type {Record<string, any>} */
const arrays = { U8: Uint8Array, F32: Float32Array, I32: Int32Array };

/**
 * A tensor of this type and shape; -1: any extent.
 * @param {ReturnType<typeof readHeader>} file
 * @param {string} name
 * @param {string} type
 * @param {number[]} wanted
 */
function tensor({ header, data }, name, type, wanted) {
  const { dtype, shape, data_offsets: range } = Object(header[name]);
  const fits = dtype === type && Array.isArray(shape) && shape.length === wanted.length &&
    shape.every((extent, i) => Number.isInteger(extent) && extent > 0 && (wanted[i] < 0 || extent === wanted[i]));
  if (!fits) throw damaged(`${name} is not as it should be`);
  const [begin, end] = Array.isArray(range) ? range : [];
  const bytes = shape.reduce((product, extent) => product * extent, arrays[type].BYTES_PER_ELEMENT);
  if (!Number.isInteger(begin) || begin < 0 || end - begin !== bytes || end > data.byteLength) throw damaged(`${name} is not in the file`);
  return { shape, values: new arrays[type](data.slice(begin, end)) };
}

/**
 * score = low + (high - low) * (u / 255)^2
 * @param {ReturnType<typeof readHeader>} file
 * @param {string} name
 * @param {number[]} shape (.., heads, rows, cols)
 */
function scoresOf(file, name, shape) {
  const { values, shape: found } = tensor(file, name, 'U8', shape);
  const each = found.slice(0, -2);
  const lows = tensor(file, `${name}.low`, 'F32', each).values;
  const highs = tensor(file, `${name}.high`, 'F32', each).values;
  if (!lows.every((/** @type {number} */ low, /** @type {number} */ i) => low >= 0 && low <= highs[i] && highs[i] <= 1)) {
    throw damaged(`${name} has scores beyond 0 and 1`);
  }
  const patches = values.length / lows.length;
  const scores = Float32Array.from(values, (level, i) => {
    const map = Math.floor(i / patches);
    return lows[map] + (highs[map] - lows[map]) * (level / 255) ** 2;
  });
  return { scores, shape: found };
}

/** @param {Record<string, unknown>} facts @param {string} name @param {number} [start] @param {number} [limit] */
function numberOf(facts, name, limit, start) {
  const value = facts[name] === undefined ? start : Number(facts[name]);
  if (!(value !== undefined && value >= 0 && value <= (limit ?? 1e6))) throw damaged(`it does not say its ${name.replace('_', ' ')}`);
  return value;
}

/**
 * @param {ArrayBuffer} bytes
 * @returns {Results}
 */
export function readBaked(bytes) {
  const file = readHeader(bytes);
  const facts = Object(Object(file.header).__metadata__);
  if (facts.format !== 'headlens-maps') throw new Error('The file of maps is no figure\u2019s: headlens bake writes it.');
  if (!(Number(facts.version) <= newest)) {
    throw new Error(`The maps are of version ${String(facts.version).slice(0, 12)}, and this embed.js reads up to version ${newest}: take the newer embed.js that belongs to them.`);
  }
  const { scores: cls, shape } = scoresOf(file, 'cls', [-1, -1, -1, -1]);
  const [layers, heads, rows, cols] = shape;
  if (layers > most.layers || heads > most.heads || Math.max(rows, cols) > most.side) throw damaged('its shape is too large');
  return {
    model: String(facts.model ?? ''), precision: String(facts.precision ?? ''), layers, heads, rows, cols, cls,
    registers: numberOf(facts, 'registers', 64, 0),
    covered: { width: numberOf(facts, 'covered_width', 1), height: numberOf(facts, 'covered_height', 1) },
    photo: { width: numberOf(facts, 'photo_width'), height: numberOf(facts, 'photo_height') },
    prefix: tensor(file, 'prefix', 'F32', [layers, heads]).values,
    queries: queriesOf(file, shape),
  };
}

/** @param {ReturnType<typeof readHeader>} file @param {number[]} shape */
function queriesOf(file, shape) {
  /** @type {Results['queries']} */
  const queries = new Map();
  if (!file.header.queries) return queries;
  const { values, shape: [count] } = tensor(file, 'queries', 'I32', [-1, 2]);
  const { scores } = scoresOf(file, 'query_maps', [count, ...shape]);
  const size = scores.length / count;
  for (let i = 0; i < count; ++i) queries.set(`${values[2 * i]},${values[2 * i + 1]}`, scores.slice(i * size, (i + 1) * size));
  return queries;
}
