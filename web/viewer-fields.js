// What the viewer draws or explains beside the heads' maps: fields of the views rollout, similarity
// and PCA, the parts of one number, the photo's edges. Each belongs to the pane's maps of now.
import { checkCount } from './viewer-memory.js';

/**
 * @typedef {object} Field
 * @property {'rollout' | 'similarity' | 'pca'} kind the view that draws it
 * @property {string} key what fieldKey(pane) gave when it was asked for
 * @property {Float32Array} values (layers, rows, cols), of PCA (rows, cols, 3) in 0..1
 * @property {1 | 3} channels
 *
 * @typedef {object} Explanation how the score of a patch came about: as engine.explain gives it
 * @property {[number, number] | null} query null: [CLS]
 * @property {[number, number]} patch
 * @property {Float32Array} dot (layers, heads): q.k / sqrt(d)
 * @property {Float32Array} max of these over all tokens
 * @property {Float32Array} sum of exp(q.k / sqrt(d) - max) over all tokens
 * @property {Float32Array} prefix (layers, heads, 2): shares of the sum on [CLS], on the registers
 * @property {number} tokens of the row
 */

/** In the order of View in src/viewer/view_state.h. */
const views = ['overlay', 'heads', 'atlas', 'slider', 'rollout', 'similarity', 'pca'];

/**
 * @param {object} parts
 * @param {any} parts.wasm
 * @param {ReturnType<typeof import('./viewer-memory.js').wasmMemory>} parts.memory
 * @param {(pane: number) => import('./viewer-content.js').Shape} parts.shapeOf
 * @param {() => void} parts.draw
 */
export function fieldSetters({ wasm, memory, shapeOf, draw }) {
  return {
    /**
     * What the field that the view asks for depends on; '': it asks for none, or there are no maps.
     * @returns {string}
     */
    fieldKey(pane = 0) {
      shapeOf(pane);
      return wasm.UTF8ToString(wasm._viewer_field_key(pane));
    },

    /**
     * @param {number} pane
     * @param {import('./viewer-fields.js').Field} field
     */
    setField(pane, { kind, key, values, channels }) {
      const { layers, rows, cols } = shapeOf(pane);
      const ofLayers = kind === 'pca' ? 1 : layers;
      checkCount(values, ofLayers * rows * cols * channels);
      memory.withText(key, (text) => memory.withFloats(values, (at) =>
        wasm._viewer_field(pane, views.indexOf(kind), text, at, ofLayers, channels)));
      draw();
    },

    /**
     * @param {number} pane
     * @param {import('./viewer-fields.js').Explanation} explanation
     */
    setExplanation(pane, { query, patch, dot, max, sum, prefix, tokens }) {
      const { layers, heads } = shapeOf(pane);
      checkCount(dot, layers * heads);
      const parts = new Float32Array(5 * dot.length);
      for (let i = 0; i < dot.length; ++i) {
        parts.set([dot[i], max[i], sum[i], prefix[2 * i], prefix[2 * i + 1]], 5 * i);
      }
      memory.withFloats(parts, (at) => wasm._viewer_explanation(pane, at, tokens, ...(query ?? [-1, -1]), ...patch));
      draw();
    },

    /**
     * The photo, opaque, as the patches cover it: where its edges are.
     * @param {number} pane
     * @param {ImageData} photo
     */
    setGradientPhoto(pane, { data, height, width }) {
      shapeOf(pane);
      memory.withBytes(data, (at) => wasm._viewer_gradient(pane, at, height, width));
      draw();
    },
  };
}
