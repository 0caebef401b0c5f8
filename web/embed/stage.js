// The picture of a figure: the poster until there is one, then a canvas, and the words beside the pointer.
import { element } from '../element.js';
import { colourOfHead, cssColour } from './colours.js';
import { listen } from './input.js';
import { painter } from './picture.js';
import { patchAt, patchBox, placeTiles, tileAt } from './tiles.js';
import { percent } from './words.js';
import { layerWeights } from './weights.js';

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
  const divider = element('input', {
    className: 'divider', type: 'range', max: '1', step: '.001', hidden: true, ariaLabel: 'Divider', oninput: () => change({ divider: divider.valueAsNumber }),
  });
  const tip = element('div', { className: 'tip', role: 'status', hidden: true });
  const poster = element('slot');
  const node = element('div', { className: 'stage' }, poster, canvas, divider, tip);
  const pen = /** @type {CanvasRenderingContext2D} */ (canvas.getContext('2d'));

  /** @type {View | undefined} */
  let shown;
  /** @type {import('./tiles.js').Tile[]} */
  let tiles = [];
  /** Device pixels of a CSS pixel. */
  let scale = 1;
  /** Where the pointer or the keys are. @type {Patch | null} */
  let cursor = null;
  /** What the graphics memory has: a photo, and weights by layer, all of one style. @type {Map<unknown, any>} */
  const kept = new Map();
  let style = '';

  /** Frees what the graphics memory has of it. */
  function release() {
    for (const one of kept.values()) painter()?.forget(one);
    kept.clear();
  }

  /** Draws all; false: it could not. @param {View} view @param {ImageBitmap} photo */
  function draw(view, photo) {
    const { state, results, normalisation, heads } = view;
    scale = devicePixelRatio;
    const width = Math.round(node.clientWidth * scale);
    const placed = placeTiles(view, width, scale, photo.width / photo.height);
    const wanted = [normalisation, state.keep_mass, state.combine, heads, state.query && results.queries.has(`${state.query}`) && state.query].join(';');
    if (wanted !== style || kept.get('photo') !== photo) release();
    style = wanted;
    kept.set('photo', photo);
    /** @param {number} layer */
    function weightsOf(layer) {
      if (!kept.has(layer)) kept.set(layer, layerWeights(view, layer));
      return kept.get(layer);
    }
    canvas.width = width;
    canvas.height = Math.max(1, ...placed.map(({ place }) => place.y + place.height));
    if (!width || !painter()?.paint(pen, { photo, view, weightsOf }, placed)) return false;
    shown = view;
    tiles = placed;
    poster.hidden = true;
    canvas.hidden = false;
    divider.hidden = state.view !== 'slider';
    divider.valueAsNumber = state.divider;
    mark(view);
    return true;
  }

  /** Names of tiles, patches that can be asked, the one that asks, the one that is pointed at. @param {View} view */
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
        const first = tiles[0].place; // in its row and its column the one number is 1, the other counts
        const number = Math.max(layer, ...heads);
        if (y === first.y) write(number, x + width / 2, above, 'center');
        if (x === first.x) write(number, x - 6 * scale, y + height / 2, 'right');
        continue;
      }
      if (state.view === 'heads') {
        write(`Head ${heads}`, x + (coloured ? 13 * scale : 0), above, 'left');
        if (coloured) {
          circle(x + 4 * scale, above, 4);
          pen.fillStyle = cssColour(colourOfHead(state, heads[0]));
          pen.fill();
        }
      }
      pen.save();
      pen.beginPath();
      pen.rect(clip.x, clip.y, layer && clip.width, clip.height);
      pen.clip();
      for (const key of results.queries.keys()) ring(key.split(','), 3, 1);
      if (state.query) ring(state.query, 8, 2);
      if (cursor) {
        const box = patchBox(place, results, cursor);
        pen.beginPath();
        pen.rect(box.x, box.y, box.width, box.height);
        stroke(1.25);
      }
      pen.restore();

      /** Around a patch. @param {any[]} patch @param {number} radius @param {number} line */
      function ring([row, col], radius, line) {
        const box = patchBox(place, results, [+row + 0.5, +col + 0.5]);
        circle(box.x, box.y, radius);
        stroke(line);
      }
    }
  }

  /** @param {number} x @param {number} y @param {number} radius CSS pixels */
  function circle(x, y, radius) {
    pen.beginPath();
    pen.arc(x, y, radius * scale, 0, 7);
  }

  /** White with a dark rim: visible on every picture. @param {number} line CSS pixels */
  function stroke(line) {
    for (const rim of [1.6, 0]) {
      pen.strokeStyle = rim ? '#0009' : '#fff';
      pen.lineWidth = (line + rim) * scale;
      pen.stroke();
    }
  }

  /** @param {Patch | null} patch @param {Point} [at] CSS pixels; else at the patch */
  function point(patch, at) {
    if (!shown) return;
    const { state, results, heads, all, layer, map, coloured } = shown;
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
    tip.replaceChildren(`Row ${patch[0]}, column ${patch[1]}`, ...heads.flatMap((head) => {
      const dot = element('i');
      dot.style.setProperty('--head', coloured ? cssColour(colourOfHead(state, head)) : '#fff');
      return ['\n', dot, `Head ${head}   ${percent(scores[head - 1])}`];
    }), asks ? `\nClick: ${`${state.query}` === `${patch}` ? 'back to [CLS]' : 'where this patch looks'}` : '');
    const box = patchBox(tiles[0].place, results, patch);
    const { x, y } = at ?? { x: box.x / scale, y: box.y / scale };
    const left = x + 14 + tip.offsetWidth < node.clientWidth ? x + 14 : x - 14 - tip.offsetWidth;
    tip.style.translate = `${Math.max(0, left)}px ${Math.max(0, Math.min(y + 14, node.clientHeight - tip.offsetHeight))}px`;
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
    point: (at) => point(at && under(at).patch, at ?? undefined),
    press(at) {
      const { tile, patch } = under(at);
      ask(patch);
      if (tile && shown?.state.view === 'atlas') change({ view: 'overlay', layer: tile.layer, head: tile.heads[0], heads: tile.heads });
    },
    step(down, right) {
      if (!shown || shown.state.view === 'atlas') return;
      const { rows, cols } = shown.results;
      const [row, col] = cursor ?? [rows >> 1, cols >> 1];
      point([Math.min(rows - 1, Math.max(0, row + down)), Math.min(cols - 1, Math.max(0, col + right))]);
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
    release,

    /** For those who do not see it. @param {string} words */
    describe(words) {
      canvas.ariaLabel = words;
      point(cursor);
    },
  };
}
