// Colours of heads and colour scales of scores: the twin of src/maps/colour.cc, which says whose they are.
import { floor, min, round } from './math.js';

/** @typedef {[r: number, g: number, b: number]} Colour 0..1, sRGB */

/** Of a byte each for r, g and b, as base64. @param {string} bytes @returns {Colour[]} */
const unpack = (bytes) => (atob(bytes).match(/[^]{3}/g) ?? []).map((one) => /** @type {Colour} */ ([0, 1, 2].map((at) => one.charCodeAt(at) / 255)));

/** @type {Record<string, Colour[]>} */
const palettes = {
  headlens: unpack('/7AuNdT/4C7w1fks8BRGGIHhmP7YqqD7/HxH+NyOG7DO2RWp'),
  'okabe-ito': unpack('5p8AVrTpAJ5z8ORCAHKy1V4AzHmn'),
  dino: unpack('AKDX3Dc89bQACni+KJZkh0uR'),
};

/** Evenly over [0, 1]. @type {Record<string, Colour[]>} */
const scales = {
  inferno: unpack('AAAEBgQZEgoyIwxNNglhSQtqWxFubRhufh5skCRooStiszJawztP0kZE31Q36mMq8nUc+IgN+5wG/LEW+ccv9d1P8fB5/P+k'),
  viridis: unpack('RAFURxFkSCByRy58QzyEP0mJOVWMNGCNL2uOK3aOJoCOIouNH5WLH6CIJKqDMLR8Qb5yV8dmb89YitZHp9s0xeAi4uQY/ecl'),
  turbo: unpack('MBI7PDOGRFG/R2/nRYv9N6f6JMHmGNjJIOmtPvaLaf1mkv9Hsfk2zuw05tk49sI6/qgz/Ygl9WcX50oM1TMGvCACnhABegQD'),
  grey: unpack('AAAA////'),
};

/**
 * c_h of src/maps/compose.h.
 * @param {Pick<import('./state.js').ViewState, 'colours' | 'mode' | 'palette'>} state
 * @param {number} head counted from 1
 * @returns {Colour}
 */
export function colourOfHead({ colours, mode, palette }, head) {
  const own = palettes[mode === 'figure' ? 'dino' : palette];
  const given = colours[head - 1];
  return given ? /** @type {Colour} */ ([1, 3, 5].map((at) => parseInt(given.slice(at, at + 2), 16) / 255)) : own[(head - 1) % own.length];
}

/** @param {number} value 0..1 @param {string} colormap @returns {Colour} */
export function scaleColour(value, colormap) {
  const points = scales[colormap];
  const at = value * (points.length - 1);
  const low = min(floor(at), points.length - 2);
  return /** @type {Colour} */ (points[low].map((from, i) => from + (at - low) * (points[low + 1][i] - from)));
}

/** @param {Colour} colour */
export const cssColour = (colour) => `rgb(${colour.map((level) => round(255 * level)).join(' ')})`;

/** A picture of the scale. @param {string} colormap */
export const cssScale = (colormap) => `linear-gradient(90deg,${scales[colormap].map(cssColour).join()})`;
