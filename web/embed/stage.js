// The picture of a figure: the poster until there is one, then two canvases, what is drawn and the
// marks over it, and the words beside the pointer.
import { element } from '../element.js';
import { colourOfHead, cssColour } from './colours.js';
import { listen } from './input.js';
import { painter } from './picture.js';
import { headsOf, layerOf, patchAt, patchBox, placeTiles, tileAt } from './tiles.js';
import { percent } from './words.js';
import { layerWeights, ofHead } from './weights.js';

/**
 * @typedef {import('./state.js').ViewState} ViewState
 * @typedef {import('./tiles.js').Point} Point
 * @typedef {import('./tiles.js').Patch} Patch
 *
 * @typedef {object} Shown
 * @property {ViewState} state
 * @property {ImageBitmap} photo
 * @property {import('./baked.js').Results} results
 * @property {Float32Array} scores of the query: (layers, heads, rows, cols)
 * @property {boolean} asksAll any patch can be the query, not only those of results.queries
 *
 * @typedef {object} Actions
 * @property {(partial: Partial<ViewState>) => void} change
 * @property {(detail: {row: number, col: number, scores: number[]} | null) => void} hovered
 */

/** @param {Actions} actions */
export function createStage({ change, hovered }) {
  const canvas = element('canvas');
  const marks = element('canvas');
  const picture = element('div', { className: 'picture', tabIndex: 0, role: 'img', hidden: true }, canvas, marks);
  const divider = element('div', { className: 'divider', tabIndex: 0, role: 'slider', hidden: true, ariaLabel: 'Divider' });
  const tip = element('div', { className: 'tip', role: 'status', hidden: true });
  const poster = element('slot');
  const node = element('div', { className: 'stage' }, poster, picture, divider, tip);
  const [brush, pen] = [canvas, marks].map((one) => /** @type {CanvasRenderingContext2D} */ (one.getContext('2d')));

  /** @type {Shown | null} */
  let shown = null;
  /** @type {import('./tiles.js').Tile[]} */
  let tiles = [];
  let scale = 1;
  /** Where the pointer or the keys are. @type {Patch | null} */
  let cursor = null;
  /** Of layers, for the scores and the style `of`. @type {{of: unknown[], layers: Map<number, Float32Array>}} */
  let weights = { of: [], layers: new Map() };

  /** @param {Shown} now */
  function scoresOf({ scores, results }, layer = 1) {
    return { all: scores, heads: results.heads, patches: results.rows * results.cols, layer };
  }

  /** @param {unknown[]} of */
  function dropWeights(of) {
    for (const one of weights.layers.values()) painter()?.forget(one);
    weights = { of, layers: new Map() };
  }

  /** @param {Shown} now @param {number} layer */
  function weightsOf(now, layer) {
    const { normalisation, mode, keep_mass, combine } = now.state;
    const on = headsOf(now.state, now.results);
    const of = [now.scores, normalisation, mode === 'figure', keep_mass, combine, String(on)];
    if (of.some((one, i) => one !== weights.of[i])) dropWeights(of);
    const made = weights.layers.get(layer) ??
      layerWeights(scoresOf(now, layer), { normalisation: mode === 'figure' ? 'head' : normalisation, keep_mass, combine, on });
    weights.layers.set(layer, made);
    return made;
  }

  /** Draws all; false: it could not. @param {Shown} now */
  function draw(now) {
    scale = devicePixelRatio;
    const { photo, state, results } = now;
    const width = Math.round(node.clientWidth * scale);
    if (!width) return false;
    const placed = placeTiles(state, results, { width, scale, aspect: photo.width / photo.height });
    for (const one of [canvas, marks]) {
      if (one.width !== width) one.width = width;
      if (one.height !== placed.height) one.height = placed.height;
    }
    if (!painter()?.paint(brush, { photo, results, state, weightsOf: (layer) => weightsOf(now, layer) }, placed.tiles)) return false;
    shown = now;
    tiles = placed.tiles;
    poster.hidden = true;
    picture.hidden = false;
    picture.style.height = `${placed.height / scale}px`;
    divider.hidden = state.view !== 'slider';
    divider.style.left = `${100 * state.divider}%`;
    divider.ariaValueNow = `${Math.round(100 * state.divider)}`;
    point(cursor && [Math.min(cursor[0], results.rows - 1), Math.min(cursor[1], results.cols - 1)]);
    return true;
  }

  /** A colour for each head, not a scale for all. */
  const coloured = () => shown?.state.mode === 'heads' || shown?.state.mode === 'figure';

  /** Names of tiles, patches that can be asked, the one that asks, the one that is pointed at. */
  function mark() {
    if (!shown) return;
    const { state, results, asksAll } = shown;
    const { color, fontFamily } = getComputedStyle(node);
    pen.clearRect(0, 0, marks.width, marks.height);
    pen.font = `${11 * scale}px ${fontFamily}`;
    pen.textBaseline = 'middle';
    /** @param {unknown} words @param {number} x @param {number} y @param {CanvasTextAlign} align */
    function write(words, x, y, align) {
      pen.fillStyle = color;
      pen.textAlign = align;
      pen.fillText(String(words), x, y);
    }
    for (const { place, clip, layer, heads } of tiles) {
      if (state.view === 'atlas') {
        const [first] = tiles; // in its row and column the one number is 1, the other counts
        if (place.y === first.place.y) write(Math.max(layer, heads[0]), place.x + place.width / 2, place.y - 10 * scale, 'center');
        if (place.x === first.place.x) write(Math.max(layer, heads[0]), place.x - 6 * scale, place.y + place.height / 2, 'right');
        continue;
      }
      if (state.view === 'heads') {
        const y = place.y - 10 * scale;
        if (coloured()) {
          circle(place.x + 4 * scale, y, 4 * scale);
          pen.fillStyle = cssColour(colourOfHead(state, heads[0]));
          pen.fill();
        }
        write(`Head ${heads[0]}`, place.x + (coloured() ? 13 * scale : 0), y, 'left');
      }
      if (!layer) continue;
      pen.save();
      pen.beginPath();
      pen.rect(clip.x, clip.y, clip.width, clip.height);
      pen.clip();
      for (const key of asksAll ? [] : results.queries.keys()) ring(key.split(',').map(Number), place, 3, 1);
      if (state.query) ring(state.query, place, 8, 2);
      if (cursor) {
        const { x, y, width, height } = patchBox(place, results, cursor);
        pen.beginPath();
        pen.rect(x, y, width, height);
        stroke(1.25);
      }
      pen.restore();
    }
  }

  /** @param {number} x @param {number} y @param {number} radius */
  function circle(x, y, radius) {
    pen.beginPath();
    pen.arc(x, y, radius, 0, 7);
  }

  /** White with a dark rim: visible on every picture. @param {number} line */
  function stroke(line) {
    for (const [colour, width] of /** @type {[string, number][]} */ ([['#0009', line + 1.6], ['#fff', line]])) {
      pen.strokeStyle = colour;
      pen.lineWidth = width * scale;
      pen.stroke();
    }
  }

  /** Around a patch. @param {number[]} patch @param {import('./tiles.js').Box} place @param {number} radius @param {number} line */
  function ring(patch, place, radius, line) {
    if (!shown) return;
    const { x, y, width, height } = patchBox(place, shown.results, /** @type {Patch} */ (patch));
    circle(x + width / 2, y + height / 2, radius * scale);
    stroke(line);
  }

  /** @param {Point} at CSS pixels */
  const inPixels = ({ x, y }) => ({ x: x * scale, y: y * scale });

  /** @param {Patch} patch */
  const canAsk = (patch) => Boolean(shown?.asksAll || shown?.results.queries.has(`${patch}`));

  /** @param {Patch | null} patch @param {Point} [at] CSS pixels; else beside the patch */
  function point(patch, at) {
    const moved = `${patch}` !== `${cursor}`;
    cursor = patch;
    mark();
    picture.classList.toggle('asks', Boolean(patch && canAsk(patch)));
    tip.hidden = !patch || !shown;
    if (!patch || !shown) {
      if (moved) hovered(null);
      return;
    }
    const { state, results } = shown;
    const layer = scoresOf(shown, layerOf(state, results));
    const scores = Array.from({ length: results.heads }, (_, head) => ofHead(layer, head + 1)[patch[0] * results.cols + patch[1]]);
    tip.replaceChildren(`Row ${patch[0]}, column ${patch[1]}`, ...headsOf(state, results).flatMap((head) => {
      const dot = element('i');
      dot.style.setProperty('--head', coloured() ? cssColour(colourOfHead(state, head)) : '#fff');
      return ['\n', dot, `Head ${head}   ${percent(scores[head - 1])}`];
    }), canAsk(patch) ? `\nClick: ${`${state.query}` === `${patch}` ? 'back to [CLS]' : 'where this patch looks'}` : '');
    if (at || moved) placeTip(at ?? centreOf(patchBox(tiles[0].place, results, patch)));
    if (moved) hovered({ row: patch[0], col: patch[1], scores });
  }

  /** In CSS pixels. @param {import('./tiles.js').Box} box */
  const centreOf = ({ x, y, width, height }) => ({ x: (x + width / 2) / scale, y: (y + height / 2) / scale });

  /** Beside a point, within the figure. @param {Point} at */
  function placeTip({ x, y }) {
    const { offsetWidth: width, offsetHeight: height } = tip;
    const left = x + 14 + width < node.clientWidth ? x + 14 : x - 14 - width;
    const top = Math.min(y + 14, node.clientHeight - height);
    tip.style.translate = `${Math.max(0, left)}px ${Math.max(0, top)}px`;
  }

  /** @param {Point} at @returns {Patch | null} */
  function patchUnder(at) {
    const tile = tileAt(tiles, inPixels(at));
    return shown && tile && shown.state.view !== 'atlas' ? patchAt(tile.place, shown.results, inPixels(at)) : null;
  }

  /** Once more: back to [CLS]. @param {Patch} patch */
  function ask(patch) {
    if (canAsk(patch)) change({ query: `${shown?.state.query}` === `${patch}` ? null : patch });
  }

  listen(picture, divider, {
    point: (at) => point(at && patchUnder(at), at ?? undefined),
    press(at) {
      const patch = patchUnder(at);
      const tile = tileAt(tiles, inPixels(at));
      if (patch) ask(patch);
      else if (tile && shown?.state.view === 'atlas') change({ view: 'overlay', layer: tile.layer, head: tile.heads[0], heads: tile.heads });
    },
    step(down, right) {
      if (!shown || shown.state.view === 'atlas') return;
      const { rows, cols } = shown.results;
      const [row, col] = cursor ?? [rows >> 1, cols >> 1];
      point([Math.min(rows - 1, Math.max(0, row + down)), Math.min(cols - 1, Math.max(0, col + right))]);
    },
    enter: () => cursor && ask(cursor),
    leave() {
      const away = cursor || shown?.state.query;
      point(null);
      change({ query: null });
      return Boolean(away);
    },
    divide: (share) => change({ divider: Math.round(1000 * Math.min(1, Math.max(0, share))) / 1000 }),
  });

  return {
    node,
    draw,

    /** For those who do not see it. @param {string} words */
    describe: (words) => (picture.ariaLabel = words),

    /** Frees what the graphics memory has of it. */
    release() {
      dropWeights([]);
      painter()?.forget(shown?.photo);
    },
  };
}
