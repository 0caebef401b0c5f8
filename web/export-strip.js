// The line of words under an exported picture: what it shows, legible at any size.
import { queryWords, shownHeads, shownLayer } from './describe.js';

/**
 * @typedef {import('./export-file.js').Exported} Exported
 *
 * @typedef {{text: string, colour?: string, strong?: boolean}} Word colour: of a dot in front
 *
 * @typedef {object} Strip
 * @property {Word[]} words in the order of reading
 * @property {number} text size of the letters, in pixels
 * @property {number} width
 */

const normalisations = {
  clip: 'each head from its median to its 99.5th percentile',
  head: 'each head from its least to its largest score',
  heads: 'one scale for the heads of the layer',
  layers: 'one scale for all layers',
  log: 'logarithm of the scores',
};

const families = 'Inter, system-ui, sans-serif';

/**
 * @param {Exported} what
 * @param {string[]} colours of the heads
 */
export function stripWords({ model, state, views: [{ maps }] }, colours) {
  const heads = shownHeads(state, maps.heads);
  /** @type {Word[]} */
  const words = [{ text: model || 'headlens', strong: true }];
  if (state.view !== 'atlas') words.push({ text: `layer ${shownLayer(state.layer, maps.layers)} of ${maps.layers}` });
  if (state.mode === 'heads') {
    for (const head of heads) words.push({ text: `head ${head}`, colour: colours[head - 1] });
  } else {
    words.push({ text: { mean: 'mean of the heads', max: 'maximum of the heads', single: `head ${heads[0]}`, figure: 'as in the DINO paper' }[state.mode] });
  }
  words.push({ text: `query ${queryWords(state)}` });
  if (state.keep_mass < 1) words.push({ text: `${Math.round(100 * state.keep_mass)} % of the mass kept` });
  words.push({ text: normalisations[state.normalisation] });
  if (model) words.push({ text: 'headlens' });
  return words;
}

/** @param {string} name of a colour of the page */
export const pageColour = (name) => getComputedStyle(document.documentElement).getPropertyValue(name);

/**
 * Under a picture of this size; a line of text needs some width.
 * @param {Word[]} words
 * @param {{height: number, width: number}} size
 * @returns {Strip}
 */
export const stripUnder = (words, { height, width }) =>
  ({ words, text: Math.round(Math.min(72, Math.max(13, Math.min(height, width) / 26))), width: Math.max(width, 320) });

const fontOf = (/** @type {Word} */ { strong }, /** @type {number} */ text) => `${strong ? 600 : 400} ${text}px ${families}`;

/**
 * Where each word goes; those that do not fit in a line begin another.
 * @param {OffscreenCanvasRenderingContext2D} context
 * @param {Strip} caption
 */
function place(context, { words, text, width }) {
  const gap = 1.1 * text;
  let x = text;
  let line = 0;
  return words.map((word) => {
    context.font = fontOf(word, text);
    const dot = word.colour ? 0.95 * text : 0;
    const long = Math.min(dot + context.measureText(word.text).width, width - 2 * text);
    if (x > text && x + long > width - text) {
      x = text;
      ++line;
    }
    const at = { word, x, line, dot, long };
    x += long + gap;
    return at;
  });
}

/** @param {Strip} caption */
export function stripHeight(caption) {
  const context = /** @type {OffscreenCanvasRenderingContext2D} */ (new OffscreenCanvas(1, 1).getContext('2d'));
  const lines = Math.max(...place(context, caption).map(({ line }) => line)) + 1;
  return Math.ceil(caption.text * (1.5 * lines + 0.9));
}

/**
 * From the context's origin downwards.
 * @param {OffscreenCanvasRenderingContext2D} context
 * @param {Strip} caption
 */
export function drawStrip(context, caption) {
  const { text } = caption;
  for (const { word, x, line, dot, long } of place(context, caption)) {
    const baseline = text * (1.45 + 1.5 * line);
    if (word.colour) {
      context.fillStyle = word.colour;
      context.beginPath();
      context.arc(x + 0.35 * text, baseline - 0.35 * text, 0.35 * text, 0, 2 * Math.PI);
      context.fill();
    }
    context.font = fontOf(word, text);
    context.fillStyle = pageColour(word.strong ? '--text' : '--muted');
    context.fillText(word.text, x + dot, baseline, long - dot);
  }
}
