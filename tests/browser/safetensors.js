// A reader for the fixtures, in the browser and in node.

/** @typedef {{dtype: string, shape: number[], data: Float32Array | Uint8Array}} Tensor */

/**
 * @param {ArrayBuffer} file
 * @returns {{metadata: Record<string, string>, tensors: Record<string, Tensor>}}
 */
export function readSafetensors(file) {
  const headerSize = Number(new DataView(file).getBigUint64(0, true));
  const { __metadata__: metadata = {}, ...entries } =
    JSON.parse(new TextDecoder().decode(new Uint8Array(file, 8, headerSize)));
  /** @type {Record<string, Tensor>} */
  const tensors = {};
  for (const [name, { dtype, shape, data_offsets: [begin, end] }] of Object.entries(entries)) {
    const bytes = file.slice(8 + headerSize + begin, 8 + headerSize + end);
    tensors[name] = { dtype, shape, data: dtype === 'F32' ? new Float32Array(bytes) : new Uint8Array(bytes) };
  }
  return { metadata, tensors };
}
