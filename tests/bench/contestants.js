// Who is measured, on what.

/**
 * @typedef {'headlens' | 'onnxruntime-web'} Maker
 * @typedef {'f32' | 'int8'} Precision
 *
 * @typedef {object} Contestant
 * @property {string} name
 * @property {Maker} maker
 * @property {Precision} precision
 * @property {'relaxed' | 'simd'} [simd] of our build
 *
 * @typedef {object} Model
 * @property {string} name also of its files in build/bench: NAME-f32.safetensors and so on
 * @property {number} patch
 * @property {number} width
 * @property {number} depth
 * @property {number} mlp
 * @property {number} prefix tokens that are no patches
 *
 * @typedef {{height: number, width: number}} Size
 */

/** @type {Contestant[]} */
export const contestants = [
  { name: 'headlens int8', maker: 'headlens', precision: 'int8', simd: 'relaxed' },
  { name: 'headlens f32', maker: 'headlens', precision: 'f32', simd: 'relaxed' },
  { name: 'headlens int8, plain SIMD', maker: 'headlens', precision: 'int8', simd: 'simd' },
  { name: 'headlens f32, plain SIMD', maker: 'headlens', precision: 'f32', simd: 'simd' },
  { name: 'onnxruntime-web int8', maker: 'onnxruntime-web', precision: 'int8' },
  { name: 'onnxruntime-web f32', maker: 'onnxruntime-web', precision: 'f32' },
];

/** Random weights in the shape of DINO's ViT-S/8, and the weights that come with headlens. @type {Model[]} */
export const models = [
  { name: 'vit-s8', patch: 8, width: 384, depth: 12, mlp: 1536, prefix: 1 },
  { name: 'dino-vitt8-reg4', patch: 8, width: 192, depth: 12, mlp: 768, prefix: 5 },
];

/** @param {Size} size */
export const sizeName = ({ height, width }) => `${height}x${width}`;

/**
 * '224' or '320x480', rows first.
 * @param {string} text
 * @returns {Size}
 */
export function parseSize(text) {
  const [height, width = height] = text.split('x').map(Number);
  if (!(height >= 8 && width >= 8)) throw new Error(`${text} is no size: write 224 or 320x480, rows first.`);
  return { height, width };
}

/**
 * The address of a contestant's weights on the bench's server.
 * @param {Contestant} contestant
 * @param {Model} model
 * @param {Size} size a graph is written for one size
 */
export function weightsFile({ maker, precision }, model, size) {
  return maker === 'headlens'
    ? `${model.name}-${precision}.safetensors`
    : `${model.name}-${sizeName(size)}-${precision}.onnx`;
}
