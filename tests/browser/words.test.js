// What the page says, remembers and names, without a browser.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { announcement, describe as describeView, describeMap, shownHeads } from '../../web/describe.js';
import { fileWord, mapsName, viewName } from '../../web/export-file.js';
import { createHistory } from '../../web/history.js';

/** @typedef {import('../../web/viewer.js').ViewState} ViewState */

const grid = { layers: 1, heads: 1, rows: 9, cols: 9 };

/** @param {number[][]} patches row, column and mass */
const mapWith = (...patches) => mapOver(0, patches);

/** @param {number} elsewhere mass of every other patch @param {number[][]} patches */
function mapOver(elsewhere, patches) {
  const map = new Float32Array(81).fill(elsewhere);
  for (const [row, col, mass] of patches) map[row * 9 + col] = mass;
  return map;
}

/** @type {ViewState} */
const state = {
  model: '', compare: '', photo: 'chelsea', layer: 0, heads: 'all', head: 1, query: null, view: 'overlay', mode: 'heads',
  opacity: 0.85, keep_mass: 1, combine: 'each', contours: 'none', normalisation: 'clip', palette: 'headlens',
  colormap: 'inferno', colours: [], interpolation: 'smooth', order: 'head', groups: 'none', against: 0, divider: 0.5, fusion: 'mean',
  discard: 0, facet: 'keys', explain: null, zoom: 1, centre: [0.5, 0.5], size: 224, aspect: 'kept',
};

describe('a map in words', () => {
  for (const [what, map, words] of /** @type {[string, Float32Array, string][]} */ ([
    ['one patch', mapWith([0, 0, 1]), 'upper left, 100 % of its mass in 1 of 81 patches'],
    ['two parts that touch', mapWith([0, 0, 0.5], [4, 4, 0.4], [8, 8, 0.1]), 'upper left to centre, 90 % of its mass in 2 of 81 patches'],
    ['two parts apart', mapWith([0, 0, 0.5], [8, 8, 0.5]), 'upper left and lower right, 100 % of its mass in 2 of 81 patches'],
    ['three in a row', mapOver(0.37 / 78, [[0, 0, 0.22], [0, 4, 0.21], [0, 8, 0.2]]), 'along the top, 63 % of its mass in 3 of 81 patches'],
    ['six on one side', mapOver(0.37 / 75, [1, 4, 7].flatMap((row) => [[row, 5, 0.105], [row, 8, 0.105]])), 'over the right half, 63 % of its mass in 6 of 81 patches'],
    ['no mass at all', mapWith(), 'nothing on the photo'],
    ['all patches alike', new Float32Array(81).fill(1 / 81), 'spread over the whole photo'],
  ])) {
    test(`${what}: ${words}`, () => assert.equal(describeMap(map, grid), words));
  }
});

describe('a view in words', () => {
  const maps = { layers: 2, heads: 2, rows: 9, cols: 9 };
  const scores = new Float32Array(4 * 81);
  scores[2 * 81] = 1; // layer 2, head 1, upper left
  scores.fill(1 / 81, 3 * 81);
  const shown = { photo: 'chelsea.jpg', model: 'DINO ViT-S/8', state, maps, scores };

  test('says model, layer and where each head has its mass', () => {
    const words = describeView(shown);
    assert.match(words, /DINO ViT-S\/8, Chelsea: layer 2 of 2, 2 heads, 9 by 9 patches\./);
    assert.match(words, /Where \[CLS\] looks: Head 1: upper left, 100 % of its mass in 1 of 81 patches; Head 2: spread over the whole photo\./);
  });

  test('speaks of the heads that are drawn, of the query and of the second model', () => {
    const words = describeView({ ...shown, state: { ...state, heads: [2], query: [3, 5], compare: 'deit' } });
    assert.doesNotMatch(words, /Head 1/);
    assert.match(words, /Where the patch in row 3, column 5 looks: Head 2/);
    assert.match(words, /compared with deit/);
    assert.deepEqual(shownHeads({ ...state, mode: 'single', head: 7 }, 2), [2]);
  });

  test('is announced in one sentence', () => {
    assert.equal(announcement(shown), 'Chelsea: layer 2 of 2, 2 heads, 9 by 9 patches.');
  });
});

describe('the history of a view', () => {
  /** A view that a history follows, and a clock. */
  function viewed() {
    const it = { state, time: 0, history: /** @type {ReturnType<typeof createHistory>} */ (/** @type {unknown} */ (null)) };
    const set = (/** @type {Partial<ViewState>} */ fields) => {
      it.state = { ...it.state, ...fields };
      it.history.follow(it.state);
    };
    it.history = createHistory({ start: state, apply: set, now: () => it.time });
    return Object.assign(it, { set, wait: () => { it.time += 1000; } });
  }

  test('goes back and forth', () => {
    const view = viewed();
    view.set({ layer: 3 });
    view.wait();
    view.set({ mode: 'mean' });
    view.history.undo();
    assert.deepEqual([view.state.layer, view.state.mode], [3, 'heads']);
    view.history.undo();
    assert.deepEqual(view.state, state);
    assert.equal(view.history.undo(), false);
    view.history.redo();
    view.history.redo();
    assert.deepEqual([view.state.layer, view.state.mode], [3, 'mean']);
    assert.equal(view.history.redo(), false);
  });

  test('takes a drag of a slider back in one step, and a later one in another', () => {
    const view = viewed();
    for (const opacity of [0.8, 0.7, 0.6]) {
      view.time += 100;
      view.set({ opacity });
    }
    view.wait();
    view.set({ opacity: 0.2 });
    view.history.undo();
    assert.equal(view.state.opacity, 0.6);
    view.history.undo();
    assert.equal(view.state.opacity, 0.85);
  });

  test('keeps changes of different fields apart, however fast', () => {
    const view = viewed();
    view.set({ layer: 3 });
    view.set({ opacity: 0.5 });
    view.history.undo();
    assert.deepEqual([view.state.layer, view.state.opacity], [3, 0.85]);
  });

  test('does not step through zooming, and keeps the zoom', () => {
    const view = viewed();
    view.set({ layer: 3 });
    view.set({ zoom: 4, centre: [0.2, 0.2] });
    view.history.undo();
    assert.deepEqual([view.state.layer, view.state.zoom], [0, 4]);
    assert.equal(view.history.canUndo(), false);
  });

  test('forgets what was undone when something else is done', () => {
    const view = viewed();
    view.set({ layer: 3 });
    view.history.undo();
    view.set({ opacity: 0.1 });
    assert.equal(view.history.canRedo(), false);
  });

  test('begins anew with another photo, model or size', () => {
    for (const fields of [{ photo: 'coffee', query: null }, { model: 'deit' }, { size: 320 }, { compare: 'deit' }]) {
      const view = viewed();
      view.set({ layer: 3 });
      view.set(fields);
      assert.equal(view.history.canUndo(), false);
    }
  });
});

describe('names of files', () => {
  const views = /** @type {any} */ ([{ maps: { layers: 12 } }]);
  const named = (/** @type {Partial<ViewState>} */ fields, photo = 'chelsea') =>
    viewName({ photo, model: '', state: { ...state, ...fields }, views });

  test('say photo, view, layer and query', () => {
    assert.equal(named({}), 'headlens-chelsea-layer12');
    assert.equal(named({ layer: 3, query: [3, 5] }), 'headlens-chelsea-layer3-patch-3-5');
    assert.equal(named({ view: 'atlas' }), 'headlens-chelsea-atlas');
    assert.equal(named({ view: 'rollout' }), 'headlens-chelsea-rollout-layer12');
    assert.equal(mapsName({ photo: 'chelsea', model: '', state, views }), 'headlens-chelsea');
  });

  test('are what every file system takes', () => {
    assert.equal(fileWord('../My holiday: "1/2".jpeg'), 'My-holiday-1-2');
    assert.equal(fileWord('Käthe.png'), 'Käthe');
    assert.equal(fileWord('???.jpg'), 'photo');
  });
});
