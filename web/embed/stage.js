// The picture of a figure: the poster until there is one, then two canvases, what is drawn and the
// marks over it, and the words beside the pointer.
import { element } from '../element.js';
import { shownHeads } from '../describe.js';
import { colourOfHead, cssColour } from './colours.js';
import { listen } from './input.js';
import { sharedPainter } from './picture.js';
import { headsOn, patchAt, patchBox, placeTiles, tileAt } from './tiles.js';
import { percent } from './words.js';
import { layerWeights, ofHead } from './weights.js';

/**
 * @typedef {import('../viewer.js').ViewState} ViewState
 * @typedef {import('./baked.js').Results} Results
 * @typedef {import('./tiles.js').Place} Place
 * @typedef {[row: number, col: number]} Patch
 *
 * @typedef {object} Shown
 * @property {ViewState} state
 * @property {ImageBitmap} photo
 * @property {Results} results
 * @property {Float32Array} scores of the query: (layers, heads, rows, cols)
 * @property {boolean} asksAll any patch can be the query, not only those of results.queries
 *
 * @typedef {object} Actions
 * @property {(partial: Partial<ViewState>) => void} change
 * @property {(detail: {row: number, col: number, scores: number[]} | null) => void} hovered
 */

/** As shaders/overlay.frag counts them; one head alone is a mean of one. */
const shaderModes = { heads: 0, mean: 1, single: 1, max: 2, figure: 3 };

/** @param {Actions} actions */
export function createStage({ change, hovered }) {
  const canvas = element('canvas');
  const marks = element('canvas');
  const picture = element('div', { className: 'picture', tabIndex: 0, role: 'img', hidden: true }, canvas, marks);
  const divider = element('div', { className: 'divider', tabIndex: 0, role: 'slider', hidden: true, ariaLabel: 'Divider', ariaValueMin: '0', ariaValueMax: '100' });
  const tip = element('div', { className: 'tip', hidden: true });
  const spoken = element('div', { className: 'unseen', role: 'status' });
  const poster = element('slot');
  const node = element('div', { className: 'stage' }, poster, picture, divider, tip, spoken);
  const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext('2d'));
  const pen = /** @type {CanvasRenderingContext2D} */ (marks.getContext('2d'));

  /** @type {Shown | null} */
  let shown = null;
  /** @type {import('./tiles.js').Layout} */
  let layout = { height: 0, tiles: [], labels: [] };
  /** Weights of layers, all of the style `of`. @type {{of: string, layers: Map<number, Float32Array>}} */
  let weights = { of: '', layers: new Map() };
  /** @type {Patch | null} */
  let cursor = null;
  let scale = 1;

  /** @param {Shown} now @param {number} layer */
  function weightsOf({ state, results, scores }, layer) {
    const known = weights.layers.get(layer);
    if (known) return known;
    const { heads, rows, cols } = results;
    const made = layerWeights({ all: scores, heads, patches: rows * cols, layer: layer - 1 }, {
      normalisation: state.mode === 'figure' ? 'head' : state.normalisation,
      keep_mass: state.keep_mass,
      combine: state.combine,
      on: shownHeads(state, heads).map((head) => head - 1),
    });
    weights.layers.set(layer, made);
    return made;
  }

  function dropWeights(of = '') {
    for (const one of weights.layers.values()) sharedPainter()?.forget(one);
    weights = { of, layers: new Map() };
  }

  /** @type {WeakMap<Float32Array, number>} */
  const ids = new WeakMap();
  let lastId = 0;
  const idOf = (/** @type {Float32Array} */ scores) => ids.get(scores) ?? (ids.set(scores, ++lastId), lastId);

  /** Draws all; false: it could not. @param {Shown} now */
  function draw(now) {
    const painter = sharedPainter();
    const { state, photo, results, scores } = now;
    shown = now;
    scale = devicePixelRatio;
    const width = Math.round(node.clientWidth * scale);
    if (!painter || !width) return false;
    layout = placeTiles(state, results, { width, scale, aspect: photo.width / photo.height });
    const style = [idOf(scores), state.normalisation, state.keep_mass, state.combine, state.heads, state.mode, state.head].join();
    if (style !== weights.of) dropWeights(style);
    for (const each of [canvas, marks]) {
      if (each.width !== width) each.width = width;
      if (each.height !== layout.height) each.height = layout.height;
    }
    const scene = {
      photo, grid: results, colormap: state.colormap, opacity: state.opacity, smooth: state.interpolation === 'smooth',
      colourOf: (/** @type {number} */ head) => colourOfHead(state, head),
    };
    const drawn = painter.paint(context, scene, layout.tiles.map(({ place, clip, layer, heads, bare }) => ({
      place, clip, bare, weights: layer ? weightsOf(now, layer) : null, drawn: heads.map((head) => head - 1),
      mode: bare ? 1 : shaderModes[state.mode],
    })));
    if (!drawn) return false;
    poster.hidden = true;
    picture.hidden = false;
    picture.style.height = `${(node.clientWidth * layout.height) / width}px`;
    placeDivider(state);
    mark();
    return true;
  }

  /** @param {ViewState} state */
  function placeDivider({ view, divider: at }) {
    divider.hidden = view !== 'slider';
    divider.style.left = `${100 * at}%`;
    divider.ariaValueNow = String(Math.round(100 * at));
  }

  /** Labels, patches that can be asked, the one that asks, and the one under the pointer. */
  function mark() {
    if (!shown) return;
    const { state, results, asksAll } = shown;
    pen.clearRect(0, 0, marks.width, marks.height);
    pen.font = `${11 * scale}px ${getComputedStyle(node).fontFamily}`;
    pen.textBaseline = 'middle';
    for (const { words, x, y, align, head } of layout.labels) {
      const dot = align === 'left' ? 4 * scale : 0;
      if (head && dot && shaderModes[state.mode] % 3 === 0) disc(x + dot, y, dot, cssColour(colourOfHead(state, head - 1)));
      pen.fillStyle = getComputedStyle(node).color;
      pen.textAlign = align;
      pen.fillText(words, x + (dot && shaderModes[state.mode] % 3 === 0 ? 3.5 * dot : 0), y);
    }
    if (state.view === 'atlas') return;
    for (const { place, clip, layer } of layout.tiles) {
      if (!layer) continue;
      pen.save();
      pen.beginPath();
      pen.rect(clip.x, clip.y, clip.width, clip.height);
      pen.clip();
      if (!asksAll) for (const key of results.queries.keys()) ring(patchBox(place, results, patchOf(key)), 3, 0.8);
      if (state.query) ring(patchBox(place, results, state.query), 8, 2);
      if (cursor) outline(patchBox(place, results, cursor));
      pen.restore();
    }
  }

  /** @param {number} x @param {number} y @param {number} radius @param {string} colour */
  function disc(x, y, radius, colour) {
    pen.fillStyle = colour;
    pen.beginPath();
    pen.arc(x, y, radius, 0, 7);
    pen.fill();
  }

  /** White with a dark rim: visible on every picture. @param {number} line */
  function stroke(line) {
    for (const [style, width] of /** @type {[string, number][]} */ ([['rgb(0 0 0 / .6)', line + 1.6], ['#fff', line]])) {
      pen.strokeStyle = style;
      pen.lineWidth = width * scale;
      pen.stroke();
    }
  }

  /** @param {import('./picture.js').Box} box @param {number} radius @param {number} line */
  function ring({ x, y, width, height }, radius, line) {
    pen.beginPath();
    pen.arc(x + width / 2, y + height / 2, Math.max(radius * scale, radius > 3 ? width * 0.75 : 0), 0, 7);
    stroke(line);
  }

  /** @param {import('./picture.js').Box} box */
  function outline({ x, y, width, height }) {
    pen.beginPath();
    pen.rect(x, y, width, height);
    stroke(1.25);
  }

  /** @param {import('./input.js').Point} at */
  const under = ({ x, y }) => tileAt(layout.tiles, { x: x * scale, y: y * scale });

  /** @param {import('./input.js').Point} at */
  function patchUnder(at) {
    const tile = shown && under(at);
    return tile && shown && shown.state.view !== 'atlas' ? patchAt(tile.place, shown.results, { x: at.x * scale, y: at.y * scale }) : null;
  }

  /** @param {Patch} patch */
  const canAsk = (patch) => Boolean(shown && (shown.asksAll || shown.results.queries.has(patch.join())));

  /** @param {Patch | null} patch @param {import('./input.js').Point} [at] */
  function point(patch, at) {
    if (String(patch) === String(cursor) && !tip.hidden === Boolean(patch)) return patch && at && placeTip(at);
    cursor = patch;
    mark();
    picture.classList.toggle('asks', Boolean(patch && canAsk(patch)));
    tip.hidden = !patch;
    if (!patch || !shown) return hovered(null);
    const { state, results, scores } = shown;
    const all = { all: scores, heads: results.heads, patches: results.rows * results.cols, layer: (state.layer ? Math.min(state.layer, results.layers) : results.layers) - 1 };
    const own = Array.from({ length: results.heads }, (_, head) => ofHead(all, head)[patch[0] * results.cols + patch[1]]);
    const heads = state.view === 'heads' ? headsOn(state, results) : shownHeads(state, results.heads);
    tip.replaceChildren(element('b', {}, `Row ${patch[0]}, column ${patch[1]}`), ...heads.map((head) => {
      const dot = element('i');
      dot.style.setProperty('--head', shaderModes[state.mode] % 3 ? '#fff' : cssColour(colourOfHead(state, head - 1)));
      return element('div', {}, dot, element('span', {}, `Head ${head}`), percent(own[head - 1]));
    }));
    if (canAsk(patch)) tip.append(element('div', {}, isQuery(patch) ? 'Click: back to [CLS]' : 'Click: where this patch looks'));
    const box = at ?? centreOf(patch);
    placeTip(box);
    if (!at) spoken.textContent = [...tip.children].map((line) => line.textContent).join(', ');
    return hovered({ row: patch[0], col: patch[1], scores: own });
  }

  /** @param {Patch} patch */
  function centreOf(patch) {
    if (!shown || !layout.tiles.length) return { x: 0, y: 0 };
    const box = patchBox(layout.tiles[0].place, shown.results, patch);
    return { x: (box.x + box.width / 2) / scale, y: (box.y + box.height / 2) / scale };
  }

  /** Beside the pointer, within the figure. @param {import('./input.js').Point} at */
  function placeTip({ x, y }) {
    const beside = 14;
    const [width, height] = [tip.offsetWidth, tip.offsetHeight];
    const left = x + beside + width <= node.clientWidth ? x + beside : x - beside - width;
    const top = y + beside + height <= node.clientHeight ? y + beside : y - beside - height;
    tip.style.left = `${Math.max(0, left)}px`;
    tip.style.top = `${Math.max(0, Math.min(top, node.clientHeight - height))}px`;
  }

  /** @param {Patch} patch */
  const isQuery = (patch) => shown?.state.query?.join() === patch.join();

  /** @param {Patch} patch */
  function ask(patch) {
    if (!canAsk(patch)) return;
    change({ query: isQuery(patch) ? null : patch });
  }

  listen(picture, divider, {
    point: (at) => point(at && patchUnder(at), at ?? undefined),
    press(at) {
      const patch = patchUnder(at);
      const tile = under(at);
      if (patch) ask(patch);
      else if (tile && shown?.state.view === 'atlas') change({ view: 'overlay', layer: tile.layer, head: tile.heads[0] });
    },
    step(down, right) {
      if (!shown || shown.state.view === 'atlas') return;
      const { rows, cols } = shown.results;
      const [row, col] = cursor ?? [rows >> 1, cols >> 1];
      point([Math.max(0, Math.min(rows - 1, row + (cursor ? down : 0))), Math.max(0, Math.min(cols - 1, col + (cursor ? right : 0)))]);
    },
    enter: () => cursor && ask(cursor),
    leave() {
      const had = Boolean(cursor || shown?.state.query);
      point(null);
      if (shown?.state.query) change({ query: null });
      return had;
    },
    divide: (share) => change({ divider: Math.round(1000 * Math.min(1, Math.max(0, share))) / 1000 }),
  });

  return {
    node,
    draw,

    /** The words for those who do not see it. @param {string} words */
    describe(words) {
      if (picture.ariaLabel !== words) picture.ariaLabel = words;
    },

    /** What is under the pointer is other now. */
    renew() {
      const [patch, wasShown] = [cursor, !tip.hidden];
      cursor = null;
      if (patch && wasShown) point(patch, { x: parseFloat(tip.style.left) - 14, y: parseFloat(tip.style.top) - 14 });
    },

    /** Frees what the graphics memory has of it. */
    release() {
      dropWeights();
      if (shown) sharedPainter()?.forget(shown.photo);
    },
  };
}

/** @param {string} key @returns {Patch} */
const patchOf = (key) => /** @type {Patch} */ (key.split(',').map(Number));
