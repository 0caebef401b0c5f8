// How long the network will take at other sizes and how much memory it will need, from its shapes and
// the last runs.
//
// Multiplications of one block with T tokens of D channels, the MLP four times as wide (Dosovitskiy et
// al. 2021): 12 T D^2 in its matrices, 2 T^2 D in its attention. Of the last block maps need the keys only.

/**
 * @typedef {import('./engine.js').ModelInfo} ModelInfo
 * @typedef {import('./engine.js').EngineInfo} EngineInfo
 * @typedef {import('./engine.js').Maps} Maps
 * @typedef {import('./runner.js').Sizing} Sizing
 * @typedef {{rows: number, cols: number}} Grid
 * @typedef {{height: number, width: number}} Sides
 *
 * @typedef {object} Estimate
 * @property {number} size
 * @property {number} seconds
 * @property {number} megabytes that the engine will hold
 * @property {boolean} fits in the memory that it can have
 *
 * @typedef {object} Run one that was measured
 * @property {Grid} grid
 * @property {number} fixed ms that no size changes
 * @property {number} attention ms
 * @property {number} rest ms
 */

/** What the panel offers. */
export const sizes = [160, 224, 320, 480, 640];

/** Of the 2 GB that WebAssembly can address. */
const memoryLimit = 2 ** 31;

/** PlacePhoto in src/image/preprocess.h. */
const maxPatches = 16384;

const runsKept = 4;

/** @param {ModelInfo} model @param {Grid} grid */
const tokensOf = (model, { rows, cols }) => 1 + model.registers + rows * cols;

/**
 * @param {ModelInfo} model
 * @param {Grid} grid
 */
export function multiplications(model, grid) {
  const { layers, width, patch } = model;
  const tokens = tokensOf(model, grid);
  const matrices = ((layers - 1) * 12 + 1) * tokens * width ** 2 + grid.rows * grid.cols * 3 * patch ** 2 * width;
  return { matrices, attention: (layers - 1) * 2 * tokens ** 2 * width };
}

/**
 * Bytes of a pass: the tokens twice, the widest of what a block makes of them, the bytes of the quantised
 * ones, queries and keys of all layers, and the maps. As WorkBytes in src/vit/vit.cc, but for the few
 * megabytes of each thread.
 * @param {ModelInfo} model
 * @param {Grid} grid
 */
export function workBytes(model, grid) {
  const { layers, heads, width, patch, precision } = model;
  const tokens = tokensOf(model, grid);
  const patches = grid.rows * grid.cols;
  const widest = Math.max(4 * tokens * width, patches * 3 * patch ** 2);
  const quantised = precision === 'int8' ? 4 * tokens * width : 0;
  const kept = 2 * layers * tokens * width * (precision === 'int8' ? 2 : 4);
  return 4 * (2 * tokens * width + widest + tokens * heads + layers * heads * patches) + quantised + kept;
}

/**
 * The grid that PlacePhoto will make of a photo.
 * @param {Sides} photo
 * @param {Sizing} sizing
 * @param {number} patch
 * @returns {Grid}
 */
export function gridOf({ height, width }, { size, aspect }, patch) {
  const whole = (/** @type {number} */ side) => Math.floor(side / patch);
  if (aspect === 'square') return { rows: whole(size), cols: whole(size) };
  const zoom = size / Math.min(height, width);
  return { rows: whole(Math.round(height * zoom)), cols: whole(Math.round(width * zoom)) };
}

export function createEstimates() {
  /** @type {Run[]} */
  let runs = [];
  /** @type {EngineInfo | null} */
  let engine = null;
  let ofModel = '';
  let beside = 0; // bytes of all but the pass

  /** The mean of the last runs, each scaled to the grid; ms. @param {ModelInfo} model @param {Grid} grid */
  function timeOf(model, grid) {
    const work = multiplications(model, grid);
    const times = runs.map((run) => {
      const measured = multiplications(model, run.grid);
      return run.fixed + run.rest * work.matrices / measured.matrices +
        run.attention * work.attention / Math.max(1, measured.attention);
    });
    return times.reduce((sum, time) => sum + time, 0) / times.length;
  }

  return {
    /** @param {EngineInfo} info after the run @param {Maps} maps */
    measured(info, { rows, cols, timing }) {
      const model = JSON.stringify(info.model);
      if (!info.model) return;
      if (model !== ofModel) runs = [];
      const attention = timing.stages.attention ?? 0;
      const run = { grid: { rows, cols }, fixed: timing.decode, attention, rest: timing.total - timing.decode - attention };
      const largest = runs.every(({ grid }) => grid.rows * grid.cols <= rows * cols);
      if (largest) beside = Math.max(0, info.memory - workBytes(info.model, { rows, cols }));
      runs = [run, ...runs].slice(0, runsKept);
      ofModel = model;
      engine = info;
    },

    /**
     * Of the photo at each size; none before the first run, or where the network cannot take it.
     * @param {Sides} photo
     * @param {Sizing['aspect']} aspect
     * @returns {Estimate[]}
     */
    of(photo, aspect) {
      const model = engine?.model;
      if (!model || runs.length === 0) return [];
      return sizes.flatMap((size) => {
        const grid = gridOf(photo, { size, aspect }, model.patch);
        const patches = grid.rows * grid.cols;
        if (patches === 0 || patches > maxPatches) return [];
        const bytes = beside + workBytes(model, grid);
        return [{ size, seconds: timeOf(model, grid) / 1000, megabytes: Math.round(bytes / 1e6), fits: bytes < memoryLimit }];
      });
    },
  };
}
