// The picture of a figure: the poster until there is one, then a canvas, and the words beside the pointer.
import { element } from '../element.js';
import { colourOfHead, cssColour } from './colours.js';
import { listen } from './input.js';
import { painter } from './picture.js';
import { patchAt, patchBox, placeTiles, tileAt } from './tiles.js';
import { percent } from './words.js';
import { layerWeights } from './weights.js';
import { max, min, round } from './math.js';

/**
 * @typedef {import('./tiles.js').Point} Point
 * @typedef {import('./tiles.js').Patch} Patch
 * @typedef {import('./view.js').View} View
 *
 * @typedef {object} Actions
 * @property {(partial: Partial<import('./state.js').ViewState>) => void} change
 * @property {() => void} redraw
 * @property {(detail: {row: number, col: number, scores: number[]} | null) => void} hovered
 * @property {(patch: Patch) => boolean} canAsk
 */

/** @param {Actions} actions */
export function createStage({ change, redraw, hovered, canAsk }) {
  const canvas = element('canvas', { tabIndex: 0, role: 'img', hidden: true });
  const tip = element('div', { className: 'tip', role: 'status', hidden: true });
  const poster = element('slot');
  const node = element('div', { className: 'stage' }, poster, canvas, tip);
  const pen = /** @type {CanvasRenderingContext2D} */ (canvas.getContext('2d'));

  /** @type {View | undefined} */
  let shown;
  /** @type {import('./tiles.js').Tile[]} */
  let tiles = [];
  /** Device pixels of a CSS pixel. */
  let scale = 1;
  /** Where the pointer or the keys are. @type {Patch | null} */
  let cursor = null;
  /** Weights of layers, for the style of the last picture. @type {Map<number, Float32Array>} */
  const weights = new Map();
  /** @type {unknown[]} */
  let style = [];

  /** Draws all; false: it could not. @param {View} view @param {ImageBitmap} photo */
  function draw(view, photo) {
    const { state } = view;
    scale = devicePixelRatio;
    const width = round(node.clientWidth * scale);
    const placed = placeTiles(view, width, scale, photo.width / photo.height);
    const wanted = [view.scores, view.normalisation, state.keep_mass, state.combine, `${view.heads}`];
    if (wanted.some((one, i) => one !== style[i])) weights.clear();
    style = wanted;
    /** @param {number} layer */
    function weightsOf(layer) {
      const known = weights.get(layer) ?? layerWeights(view, layer);
      weights.set(layer, known);
      return known;
    }
    canvas.width = width;
    canvas.height = max(1, ...placed.map(({ place }) => place.y + place.height));
    if (!width || !painter()?.paint(pen, { photo, view, weightsOf }, placed)) return false;
    shown = view;
    tiles = placed;
    poster.hidden = true;
    canvas.hidden = false;
    mark(view);
    return true;
  }

  /** White with a dark rim: visible on every picture. @param {import('./tiles.js').Box} box @param {number} line CSS pixels */
  function outline({ x, y, width, height }, line) {
    for (const rim of [1.6, 0]) {
      pen.strokeStyle = rim ? '#0009' : '#fff';
      pen.lineWidth = (line + rim) * scale;
      pen.strokeRect(x, y, width, height);
    }
  }

  /** Names of tiles, patches that can be asked, the one that asks, the one that is pointed at, the divider. @param {View} view */
  function mark({ state, results, coloured }) {
    const { color, fontFamily } = getComputedStyle(node);
    pen.font = `${11 * scale}px ${fontFamily}`;
    pen.textBaseline = 'middle';
    /** @param {unknown} words @param {number} x @param {number} y @param {CanvasTextAlign} align */
    function write(words, x, y, align) {
      pen.fillStyle = color;
      pen.textAlign = align;
      pen.fillText(`${words}`, x, y);
    }
    for (const { place, clip, layer, heads } of tiles) {
      const { x, y, width, height } = place;
      const above = y - 10 * scale;
      if (state.view === 'atlas') {
        if (heads[0] === 1) write(layer, x + width / 2, above, 'center');
        if (layer === 1) write(heads, x - 6 * scale, y + height / 2, 'right');
        continue;
      }
      if (state.view === 'heads') {
        write(`Head ${heads}`, x + (coloured ? 13 * scale : 0), above, 'left');
        if (coloured) pen.fillStyle = cssColour(colourOfHead(state, heads[0]));
        if (coloured) pen.fillRect(x, above - 5 * scale, 8 * scale, 8 * scale);
      }
      pen.save();
      pen.beginPath();
      pen.rect(clip.x, clip.y, layer && clip.width, clip.height);
      pen.clip();
      for (const key of results.queries.keys()) {
        const [row, col] = key.split(',');
        outline({ ...patchBox(place, results, [+row + 0.5, +col + 0.5]), width: scale, height: scale }, 2);
      }
      if (state.query) outline(patchBox(place, results, state.query), 2.5);
      if (cursor) outline(patchBox(place, results, cursor), 1.25);
      pen.restore();
    }
    if (state.view === 'slider') outline({ ...tiles[0].clip, width: 0 }, 2);
  }

  /** @param {Patch | null} patch @param {Point} [at] CSS pixels; else at the patch */
  function point(patch, at) {
    if (!shown) return;
    const { results, heads, all, layer, map } = shown;
    const asks = patch && canAsk(patch);
    const scores = patch && all.map((head) => map(layer, head)[patch[0] * results.cols + patch[1]]);
    if (`${patch}` !== `${cursor}`) {
      cursor = patch;
      hovered(patch && scores && { row: patch[0], col: patch[1], scores });
      redraw();
    }
    canvas.classList.toggle('asks', Boolean(asks));
    tip.hidden = !patch;
    if (!patch || !scores) return;
    tip.textContent = [
      `Row ${patch[0]}, column ${patch[1]}`, ...heads.map((head) => `Head ${head}   ${percent(scores[head - 1])}`), ...(asks ? ['Click: where it looks'] : []),
    ].join('\n');
    const box = patchBox(tiles[0].place, results, patch);
    const { x, y } = at ?? { x: box.x / scale, y: box.y / scale };
    const left = x + 14 + tip.offsetWidth < node.clientWidth ? x + 14 : x - 14 - tip.offsetWidth;
    tip.style.translate = `${max(0, left)}px ${max(0, min(y + 14, node.clientHeight - tip.offsetHeight))}px`;
  }

  /** @param {Point} at CSS pixels */
  function under({ x, y }) {
    const pixels = { x: x * scale, y: y * scale };
    const tile = tileAt(tiles, pixels);
    return { tile, patch: tile && shown && shown.state.view !== 'atlas' ? patchAt(tile.place, shown.results, pixels) : null };
  }

  /** Once more: back to [CLS]. @param {Patch | null} patch */
  function ask(patch) {
    if (patch && canAsk(patch)) change({ query: `${shown?.state.query}` === `${patch}` ? null : patch });
  }

  listen(canvas, {
    point(at, pressed) {
      if (at && pressed && shown?.state.view === 'slider') change({ divider: round(1000 * min(1, max(0, at.x / node.clientWidth))) / 1000 });
      point(at && under(at).patch, at ?? undefined);
    },
    press(at) {
      const { tile, patch } = under(at);
      ask(patch);
      if (tile && shown?.state.view === 'atlas') change({ view: 'overlay', layer: tile.layer, head: tile.heads[0], heads: tile.heads });
    },
    step(down, right) {
      if (!shown || shown.state.view === 'atlas') return;
      const { rows, cols } = shown.results;
      const [row, col] = cursor ?? [rows >> 1, cols >> 1];
      point([min(rows - 1, max(0, row + down)), min(cols - 1, max(0, col + right))]);
    },
    enter: () => ask(cursor),
    leave() {
      const away = cursor ?? shown?.state.query;
      point(null);
      change({ query: null });
      return Boolean(away);
    },
  });

  return {
    node,
    draw,

    /** For those who do not see it. @param {string} words */
    describe(words) {
      canvas.ariaLabel = words;
      point(cursor);
    },
  };
}
