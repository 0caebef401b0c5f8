// Where the pictures of a view lie, in device pixels from the figure's top left corner, and what is there.
import { ceil, floor, max, min, round } from './math.js';

/**
 * @typedef {{x: number, y: number, width: number, height: number}} Box
 * @typedef {{x: number, y: number}} Point
 * @typedef {[row: number, col: number]} Patch counted from 0
 * @typedef {import('./view.js').View} View
 * @typedef {import('./baked.js').Results} Results
 *
 * @typedef {object} Tile a picture of the photo and what is drawn over it; layers and heads count from 1
 * @property {Box} place of all of the photo
 * @property {Box} clip the part of it that shows
 * @property {number} layer 0: the photo alone
 * @property {number[]} heads that are drawn
 * @property {boolean} bare the colours of the scale, without the photo
 */

// CSS pixels.
const gap = 8;
const atlasGap = 2;
const margin = 20;
const leastTile = 150;

/**
 * @param {View} view
 * @param {number} width device pixels
 * @param {number} scale device pixels of a CSS pixel
 * @param {number} aspect width / height of the photo
 * @returns {Tile[]}
 */
export function placeTiles({ state, results, one, layer, heads, all }, width, scale, aspect) {
  if (one) {
    const place = { x: 0, y: 0, width, height: round(width / aspect) };
    const x = state.view === 'slider' ? round(state.divider * width) : 0;
    return [
      { place, clip: { ...place, x, width: width - x }, layer, heads, bare: false },
      { place, clip: { ...place, width: x }, layer: min(state.against, results.layers), heads, bare: false },
    ];
  }
  /** Tiles in a grid. @param {{layer: number, heads: number[], col: number, row: number}[]} those @param {number} cols @param {number} left @param {number} between */
  function grid(those, cols, left, between) {
    const each = (width - left - (cols - 1) * between) / cols;
    const height = round(each / aspect);
    const above = margin * scale;
    return those.map(({ col, row, ...what }) => {
      const x = round(left + col * (each + between));
      const y = round(above + row * (height + between + (left ? 0 : above)));
      const place = { x, y, width: round(left + col * (each + between) + each) - x, height };
      return { ...what, place, clip: place, bare: left > 0 };
    });
  }
  if (state.view === 'heads') {
    const cols = ceil(heads.length / ceil(heads.length / max(2, floor(width / scale / leastTile))));
    return grid(heads.map((head, i) => ({ layer, heads: [head], col: i % cols, row: floor(i / cols) })), cols, 0, gap * scale);
  }
  return grid(all.flatMap((head) => Array.from({ length: results.layers }, (_, i) =>
    ({ layer: i + 1, heads: [head], col: i, row: head - 1 }))), results.layers, margin * scale, atlasGap * scale);
}

/** @param {Tile[]} tiles @param {Point} point */
export const tileAt = (tiles, { x, y }) => tiles.find(({ clip }) =>
  x >= clip.x && y >= clip.y && x < clip.x + clip.width && y < clip.y + clip.height);

/** The patch at a point of a photo; null: none lies there. @param {Box} place @param {Results} grid @param {Point} point @returns {Patch | null} */
export function patchAt(place, { rows, cols, covered }, { x, y }) {
  const row = floor(((y - place.y) / place.height / covered.height) * rows);
  const col = floor(((x - place.x) / place.width / covered.width) * cols);
  return row >= 0 && col >= 0 && row < rows && col < cols ? [row, col] : null;
}

/** @param {Box} place @param {Results} grid @param {number[]} patch @returns {Box} */
export function patchBox(place, { rows, cols, covered }, [row, col]) {
  const width = (place.width * covered.width) / cols;
  const height = (place.height * covered.height) / rows;
  return { x: place.x + col * width, y: place.y + row * height, width, height };
}
