// A file of baked maps, written as the format says and not by what the project writes it with.

/**
 * @typedef {Record<string, [dtype: string, shape: number[], values: ArrayBufferView]>} Tensors
 * @typedef {{layers: number, heads: number, rows: number, cols: number, cls: Float32Array}} Maps
 */

/** A safetensors file. @param {Record<string, string>} metadata @param {Tensors} tensors */
export function safetensors(metadata, tensors) {
  /** @type {Record<string, any>} */
  const header = { __metadata__: metadata };
  let at = 0;
  for (const [name, [dtype, shape, { byteLength }]] of Object.entries(tensors)) {
    header[name] = { dtype, shape, data_offsets: [at, at + byteLength] };
    at += byteLength;
  }
  const text = Buffer.from(JSON.stringify(header));
  const size = Buffer.alloc(8);
  size.writeBigUInt64LE(BigInt(text.length));
  const data = Object.values(tensors).map(([, , { buffer, byteOffset, byteLength }]) => Buffer.from(buffer, byteOffset, byteLength));
  return Buffer.concat([size, text, ...data]);
}

/** Levels of 0..255, and the scores that they stand for. @param {Float32Array} scores @param {number} size of a map */
function levelsOf(scores, size) {
  const count = scores.length / size;
  const low = Float32Array.from({ length: count }, (_, i) => Math.min(...scores.subarray(i * size, (i + 1) * size)));
  const high = Float32Array.from({ length: count }, (_, i) => Math.max(...scores.subarray(i * size, (i + 1) * size)));
  const of = (/** @type {number} */ i) => Math.floor(i / size);
  const levels = Uint8Array.from(scores, (score, i) => Math.round(255 * Math.sqrt((score - low[of(i)]) / (high[of(i)] - low[of(i)]))));
  return { low, high, levels, decoded: Float32Array.from(levels, (u, i) => low[of(i)] + (high[of(i)] - low[of(i)]) * (u / 255) ** 2) };
}

/**
 * @param {Maps} maps
 * @param {{queries?: Record<string, Float32Array>, facts?: Record<string, string>, change?: (tensors: Tensors) => void}} [options]
 * @returns {{file: Buffer, cls: Float32Array, queries: Record<string, Float32Array>}} with the scores that the file holds
 */
export function mapsFile({ layers, heads, rows, cols, cls }, { queries = {}, facts = {}, change = () => {} } = {}) {
  const size = rows * cols;
  const own = levelsOf(cls, size);
  const prefix = Float32Array.from(own.low, (_, i) => 1 - cls.subarray(i * size, (i + 1) * size).reduce((sum, score) => sum + score, 0));
  /** @type {Tensors} */
  const tensors = {
    cls: ['U8', [layers, heads, rows, cols], own.levels],
    'cls.low': ['F32', [layers, heads], own.low],
    'cls.high': ['F32', [layers, heads], own.high],
    prefix: ['F32', [layers, heads], prefix],
  };
  const keys = Object.keys(queries);
  const all = levelsOf(Float32Array.from(keys.flatMap((key) => [...queries[key]])), size);
  if (keys.length) {
    Object.assign(tensors, {
      queries: ['I32', [keys.length, 2], Int32Array.from(keys.flatMap((key) => key.split(',').map(Number)))],
      query_maps: ['U8', [keys.length, layers, heads, rows, cols], all.levels],
      'query_maps.low': ['F32', [keys.length, layers, heads], all.low],
      'query_maps.high': ['F32', [keys.length, layers, heads], all.high],
    });
  }
  change(tensors);
  const metadata = {
    format: 'headlens-maps', version: '1', model: 'DINO ViT-T/8', precision: 'int8', photo: 'chelsea', photo_width: '451', photo_height: '300',
    covered_width: String(336 / 337), covered_height: '1', patch: '8', size: '224', aspect: 'kept', registers: '4', ...facts,
  };
  return {
    file: safetensors(metadata, tensors),
    cls: own.decoded,
    queries: Object.fromEntries(keys.map((key, i) => [key, all.decoded.subarray(i * cls.length, (i + 1) * cls.length)])),
  };
}
