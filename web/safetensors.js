// Maps that were computed before, from a safetensors file: what the first visit shows while the
// engine is still on its way.

/**
 * As `headlens maps --format safetensors` writes them: the tensor cls_attention, and the sizes as metadata.
 * @param {ArrayBuffer} file
 */
export function readMaps(file) {
  const headerSize = Number(new DataView(file).getBigUint64(0, true));
  const header = JSON.parse(new TextDecoder().decode(new Uint8Array(file, 8, headerSize)));
  const { shape: [layers, heads, rows, cols], data_offsets: [begin, end] } = header.cls_attention;
  const facts = header.__metadata__;
  const side = (/** @type {string} */ name) => Number(facts[name]);
  return {
    layers, heads, rows, cols,
    cls: new Float32Array(file.slice(8 + headerSize + begin, 8 + headerSize + end)),
    height: side('height'),
    width: side('width'),
    resized: { height: side('resized_height'), width: side('resized_width') },
  };
}
