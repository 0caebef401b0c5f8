// What viewer.wasm holds, whoever draws it: the view's state, panes, maps and the photo's size.
import { fieldSetters } from './viewer-fields.js';
import { checkCount } from './viewer-memory.js';

/**
 * @typedef {import('./viewer.js').ViewState} ViewState
 * @typedef {import('./viewer.js').Maps} Maps
 * @typedef {Pick<Maps, 'layers' | 'heads' | 'rows' | 'cols'>} Shape
 * @typedef {{patch: [number, number], scores: Float32Array} | null} Answer
 * @typedef {ImageBitmap | HTMLCanvasElement | OffscreenCanvas | ImageData} Photo
 */

/** @type {Shape} */
const noMaps = { layers: 0, heads: 0, rows: 0, cols: 0 };

/**
 * @param {object} parts
 * @param {any} parts.wasm
 * @param {ReturnType<typeof import('./viewer-memory.js').wasmMemory>} parts.memory
 * @param {() => void} parts.draw
 */
export function viewerContent({ wasm, memory, draw }) {
  /** @type {{height: number, width: number}} */
  let photoSize = { height: 0, width: 0 };
  /** Of each pane's maps. */
  let shapes = [noMaps];

  const json = (/** @type {number} */ text) => JSON.parse(wasm.UTF8ToString(text));

  /** viewer.wasm has only the panes that it was told of. @param {number} pane */
  function shapeOf(pane) {
    if (!(pane in shapes)) throw new RangeError(`There is no pane ${pane}, of ${shapes.length}.`);
    return shapes[pane];
  }

  /**
   * Its maps are not there yet.
   * @param {Photo} source
   * @returns {number} the texture that it belongs into, where there is WebGL
   */
  function takePhoto({ height, width }) {
    photoSize = { height, width };
    shapes.fill(noMaps);
    return wasm._viewer_photo(height, width);
  }

  /**
   * @param {Maps} maps
   * @param {number} pane
   */
  function takeMaps({ cls, layers, heads, rows, cols, height, width, resized }, pane) {
    shapeOf(pane);
    checkCount(cls, layers * heads * rows * cols);
    shapes[pane] = { layers, heads, rows, cols };
    memory.withFloats(cls, (at) => wasm._viewer_maps(
      pane, at, layers, heads, rows, cols, height / resized.height, width / resized.width));
  }

  /**
   * @param {Float32Array} scores
   * @param {number} row
   * @param {number} col
   * @param {number} pane
   */
  function takeQueryMaps(scores, row, col, pane) {
    const { layers, heads, rows, cols } = shapeOf(pane);
    checkCount(scores, layers * heads * rows * cols);
    memory.withFloats(scores, (at) => wasm._viewer_query_maps(pane, at, row, col));
  }

  return {
    takePhoto,
    takeMaps,
    takeQueryMaps,
    shapeOf,

    /** Of every viewer. */
    methods: {
      /**
       * One pane a model, all with the same photo. Panes that were there keep their maps; those beyond
       * are gone with theirs.
       * @param {string[]} models names for the captions, which a single pane has not
       */
      setPanes(models) {
        if (models.length === 0) throw new RangeError('There is at least one pane.');
        wasm._viewer_panes(models.length);
        models.forEach((name, pane) => memory.withText(name, (text) => wasm._viewer_pane_model(pane, text)));
        shapes = models.map((_, pane) => shapes[pane] ?? noMaps);
        draw();
      },

      /** @param {Maps} maps */
      setMaps(maps, pane = 0) {
        takeMaps(maps, pane);
        draw();
      },

      /**
       * The answer to a query: as many scores as setMaps was given, of this patch of the pane's grid.
       * @param {Float32Array} scores
       * @param {number} row
       * @param {number} col
       */
      setQueryMaps(scores, row, col, pane = 0) {
        takeQueryMaps(scores, row, col, pane);
        draw();
      },

      /**
       * The query in each pane's own grid, where it is the same place of the photo, or the very patch
       * that was clicked; null: [CLS], or no maps yet.
       * @returns {([number, number] | null)[]}
       */
      queries: () => json(wasm._viewer_queries()),

      ...fieldSetters({ wasm, memory, shapeOf, draw }),

      /**
       * What is written above each of two panes.
       * @returns {{model: string, details: string[]}[]}
       */
      captions: () => shapes.map((_, pane) => {
        const [model, ...details] = json(wasm._viewer_caption(pane));
        return { model, details };
      }),

      /**
       * '#rrggbb' of each head.
       * @param {number} heads
       * @returns {string[]}
       */
      headColours: (heads) => json(wasm._viewer_head_colours(heads)),

      /**
       * The contours of what keep_mass keeps, of a pane: path data as in SVG, in pixels of the photo.
       * head: counted from 1; null: of all heads together.
       * @returns {{head: number | null, colour: string, path: string}[]}
       */
      contours(pane = 0) {
        shapeOf(pane);
        return json(wasm._viewer_contours(pane));
      },

      /** 0 x 0 before the first photo. */
      photoSize: () => photoSize,

      /** @returns {ViewState} */
      state: () => json(wasm._viewer_state()),

      /**
       * Changes the fields given; onState is called with the result.
       * @param {Partial<ViewState>} fields
       * @returns {string[]} names that are no fields
       * @throws where a value does not fit; nothing changes then
       */
      setState(fields) {
        const text = memory.withText(JSON.stringify(fields), (at) => wasm.UTF8ToString(wasm._viewer_set_state(at)));
        if (text.startsWith('!')) throw new Error(text.slice(1));
        draw();
        return text ? text.split(', ') : [];
      },
    },
  };
}
