// A weights file of a published size, filled with random numbers: for memory and speed, not for maps.

/** The shape of DINO's ViT-S/8. */
export const vitSmall8 = { patch: 8, width: 384, depth: 12, heads: 6, grid: 28 };

/**
 * @param {{patch: number, width: number, depth: number, heads: number, grid: number}} config
 * @param {'f32' | 'int8'} [precision]
 * @returns {Blob} safetensors, DINO names
 */
export function randomVit({ patch, width, depth, heads, grid }, precision = 'f32') {
  /** @type {[string, number[]][]} */
  const tensors = [
    ['cls_token', [1, 1, width]],
    ['pos_embed', [1, 1 + grid * grid, width]],
    ['patch_embed.proj.weight', [width, 3, patch, patch]],
    ['patch_embed.proj.bias', [width]],
    ...Array.from({ length: depth }, (_, i) => blockTensors(`blocks.${i}.`, width)).flat(),
  ];
  /** @type {Record<string, object>} */
  const header = { __metadata__: { heads: String(heads) } };
  const parts = [];
  let end = 0;
  for (const [name, shape] of tensors) {
    const count = shape.reduce((product, side) => product * side);
    const isInt8 = precision === 'int8' && shape.length === 2;
    header[name] = { dtype: isInt8 ? 'I8' : 'F32', shape, data_offsets: [end, end += count * (isInt8 ? 1 : 4)] };
    parts.push(isInt8 ? randomBytes(count) : randomFloats(count, /norm\d.weight$/.test(name) ? 1 : 0));
    if (!isInt8) continue;
    header[`${name}.scale`] = { dtype: 'F32', shape: [shape[0]], data_offsets: [end, end += 4 * shape[0]] };
    parts.push(new Float32Array(shape[0]).fill(0.1 / 127));
  }
  const text = JSON.stringify(header);
  const json = new TextEncoder().encode(text.padEnd(Math.ceil(text.length / 8) * 8));
  return new Blob([new BigUint64Array([BigInt(json.length)]), json, ...parts]);
}

/**
 * The same file with its tensors once for each of several networks.
 * @param {Buffer} file
 * @param {string[]} networks
 */
export function inNetworks(file, networks) {
  const begin = 8 + Number(file.readBigUInt64LE());
  const { __metadata__, ...tensors } = JSON.parse(file.toString('utf8', 8, begin));
  const bytes = file.length - begin;
  const entries = networks.flatMap((network, i) => Object.entries(tensors).map(([name, tensor]) => [`${network}.${name}`, {
    ...tensor, data_offsets: tensor.data_offsets.map((/** @type {number} */ at) => at + i * bytes),
  }]));
  const json = Buffer.from(JSON.stringify({ __metadata__, ...Object.fromEntries(entries) }));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(json.length));
  return Buffer.concat([length, json, ...networks.map(() => file.subarray(begin))]);
}

/**
 * @param {string} at
 * @param {number} width
 * @returns {[string, number[]][]}
 */
const blockTensors = (at, width) => [
  [`${at}norm1.weight`, [width]], [`${at}norm1.bias`, [width]],
  [`${at}attn.qkv.weight`, [3 * width, width]], [`${at}attn.qkv.bias`, [3 * width]],
  [`${at}attn.proj.weight`, [width, width]], [`${at}attn.proj.bias`, [width]],
  [`${at}norm2.weight`, [width]], [`${at}norm2.bias`, [width]],
  [`${at}mlp.fc1.weight`, [4 * width, width]], [`${at}mlp.fc1.bias`, [4 * width]],
  [`${at}mlp.fc2.weight`, [width, 4 * width]], [`${at}mlp.fc2.bias`, [width]],
];

/**
 * Uniform, of deviation 0.06.
 * @param {number} count
 * @param {number} mean
 */
function randomFloats(count, mean) {
  const values = new Float32Array(count);
  for (let i = 0; i < count; ++i) values[i] = mean + (Math.random() - 0.5) * 0.2;
  return values;
}

/** @param {number} count */
const randomBytes = (count) => Int8Array.from({ length: count }, () => Math.floor(Math.random() * 255) - 127);
