// Questions about the photo that went through the engine last: their part of src/engine/c_api.h with
// JavaScript's types.

/** @typedef {import('./engine.js').Patch} Patch */

// In the order of HeadFusion and PcaFacet in src/.
const fusions = ['mean', 'max', 'min'];
const facets = ['keys', 'tokens'];

/** @param {Patch | null} query */
const place = (query) => query ?? [-1, -1];

/**
 * @param {object} session
 * @param {any} session.module
 * @param {(status: number) => void} session.check
 * @param {() => import('./wasm.js').Pass} session.pass
 * @param {(count: number) => Float32Array} session.answer
 */
export function askers({ module, check, pass, answer }) {
  return {
    /**
     * @param {number} row
     * @param {number} col
     */
    query(row, col) {
      check(module._hl_query(row, col));
      const { layers, heads, rows, cols } = pass();
      return answer(layers * heads * rows * cols);
    },

    /** @param {Patch | null} query */
    similarity(query) {
      check(module._hl_similarity(...place(query)));
      const { layers, rows, cols } = pass();
      return answer(layers * rows * cols);
    },

    /**
     * @param {number} layer
     * @param {string} facet
     */
    pca(layer, facet) {
      check(module._hl_pca(layer, facets.indexOf(facet)));
      const { rows, cols } = pass();
      return answer(rows * cols * 3);
    },

    /**
     * @param {Patch | null} query
     * @param {Patch} patch
     */
    explain(query, patch) {
      check(module._hl_explain(...place(query), ...patch));
      const { layers, heads, rows, cols, registers } = pass();
      const count = layers * heads;
      const all = answer(5 * count);
      const part = (/** @type {number} */ i) => all.slice(i * count, (i + 1) * count);
      return { dot: part(0), max: part(1), sum: part(2), prefix: all.slice(3 * count), tokens: 1 + registers + rows * cols };
    },

    /**
     * @param {string} fusion
     * @param {number} discard
     * @returns {number} layers that it goes through
     */
    beginRollout(fusion, discard) {
      check(module._hl_rollout_begin(fusions.indexOf(fusion), discard));
      return pass().layers;
    },

    /** A part of it: how far it is then. @returns {{done: boolean, layer: number}} */
    stepRollout() {
      check(module._hl_rollout_step());
      return { done: module._hl_rollout_done() !== 0, layer: module._hl_rollout_layers() };
    },

    /** Of the finished one; or the rest of it is not wanted. */
    endRollout() {
      const { layers, rows, cols } = pass();
      const values = module._hl_rollout_done() ? answer(layers * rows * cols) : null;
      module._hl_rollout_stop();
      return values;
    },
  };
}
