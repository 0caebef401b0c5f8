// Colours of heads and colour scales of scores: the twin of src/maps/colour.cc, which says whose they are.

/** @typedef {[r: number, g: number, b: number]} Colour 0..1, sRGB */

/** Six digits a colour. @param {string} digits @returns {Colour[]} */
const hex = (digits) => (digits.match(/.{6}/g) ?? []).map((one) =>
  /** @type {Colour} */ ([0, 2, 4].map((at) => parseInt(one.slice(at, at + 2), 16) / 255)));

/** @type {Record<string, Colour[]>} */
const palettes = {
  headlens: hex('ffb02e35d4ffe02ef0d5f92cf014461881e198fed8aaa0fbfc7c47f8dc8e1bb0ced915a9'),
  'okabe-ito': hex('e69f0056b4e9009e73f0e4420072b2d55e00cc79a7'),
  dino: hex('00a0d7dc373cf5b4000a78be289664874b91'),
};

/** Evenly over [0, 1]. @type {Record<string, Colour[]>} */
const scales = {
  inferno: hex('000004060419120a32230c4d360961490b6a5b116e6d186e7e1e6c902468a12b62b3325ac33b4fd24644df5437ea632af2751cf8880dfb9c06fcb116f9c72ff5dd4ff1f079fcffa4'),
  viridis: hex('440154471164482072472e7c433c843f498939558c34608d2f6b8e2b768e26808e228b8d1f958b1fa08824aa8330b47c41be7257c7666fcf588ad647a7db34c5e022e2e418fde725'),
  turbo: hex('30123b3c33864451bf476fe7458bfd37a7fa24c1e618d8c920e9ad3ef68b69fd6692ff47b1f936ceec34e6d938f6c23afea833fd8825f56717e74a0cd53306bc20029e10017a0403'),
  grey: hex('000000ffffff'),
};

/**
 * c_h of src/maps/compose.h.
 * @param {Pick<import('../viewer.js').ViewState, 'colours' | 'mode' | 'palette'>} state
 * @param {number} head counted from 0
 * @returns {Colour}
 */
export function colourOfHead({ colours, mode, palette }, head) {
  if (head < colours.length) return hex(colours[head].slice(1))[0];
  const own = palettes[mode === 'figure' ? 'dino' : palette];
  return own[head % own.length];
}

/** @param {number} value 0..1 @param {string} colormap @returns {Colour} */
export function scaleColour(value, colormap) {
  const points = scales[colormap];
  const at = value * (points.length - 1);
  const low = Math.min(Math.floor(at), points.length - 2);
  return /** @type {Colour} */ (points[low].map((from, i) => from + (at - low) * (points[low + 1][i] - from)));
}

/** @param {Colour} colour */
export const cssColour = (colour) => `rgb(${colour.map((level) => Math.round(255 * level)).join(' ')})`;

/** A picture of the scale. @param {string} colormap */
export const cssScale = (colormap) => `linear-gradient(90deg,${scales[colormap].map(cssColour).join()})`;
