// The viewer as a module: a canvas that shows a photo, its attention maps and their controls. The
// only code that calls viewer.wasm, and that viewer.wasm calls (src/viewer/bridge.cc is its other end).
//
//   const viewer = await createViewer(canvas, { onState });
//   viewer.setPhoto(bitmap);
//   viewer.setMaps(maps); // as engine.run gives them
//
// Two models beside each other are two panes, with the same photo and one ViewState:
//
//   viewer.setPanes(['dino', 'deit']); // their names, for the captions
//   viewer.setMaps(maps, 0);
//   viewer.setMaps(otherMaps, 1);
//
// A frame is drawn when something changed, else none.
import loadWasm from './viewer.mjs';
import { listen } from './canvas-input.js';
import { followContext, followSize } from './canvas-surface.js';
import { loadFonts } from './fonts.js';
import { fieldSetters } from './viewer-fields.js';
import { wasmMemory } from './viewer-memory.js';

/**
 * @typedef {object} ViewState the one form of what is shown; see src/viewer/view_state.h
 * @property {string} model
 * @property {string} compare the second model beside it; '': none
 * @property {string} photo
 * @property {number} layer counted from 1; 0: the last
 * @property {number[] | 'all'} heads that are drawn, counted from 1
 * @property {number} head the one that mode single shows
 * @property {[number, number] | null} query row and column of a patch, counted from 0, in the first
 *   pane's grid; null: [CLS]
 * @property {'overlay' | 'heads' | 'atlas' | 'slider' | 'rollout' | 'similarity' | 'pca'} view
 * @property {'heads' | 'mean' | 'max' | 'single' | 'figure'} mode
 * @property {number} opacity
 * @property {number} keep_mass
 * @property {'each' | 'union' | 'intersection'} combine
 * @property {'none' | 'patches' | 'smooth'} contours
 * @property {'clip' | 'head' | 'heads' | 'layers' | 'log'} normalisation
 * @property {'headlens' | 'okabe-ito' | 'dino'} palette
 * @property {'inferno' | 'viridis' | 'turbo' | 'grey'} colormap
 * @property {string[]} colours
 * @property {'smooth' | 'nearest'} interpolation
 * @property {'head' | 'entropy' | 'compactness' | 'edges' | 'overlap' | 'prefix'} order of the heads
 * @property {number} against a layer that view slider compares with; 0: the photo
 * @property {number} divider 0..1 of the photo's width
 * @property {'mean' | 'max' | 'min'} fusion of the heads in a rollout
 * @property {number} discard 0..1, the weakest share that a rollout drops
 * @property {'keys' | 'tokens'} facet that PCA is of
 * @property {[number, number] | null} explain the patch whose number is taken apart
 * @property {number} zoom
 * @property {[number, number]} centre x and y of the photo in the middle, shares of it
 * @property {number} size
 * @property {'kept' | 'square'} aspect
 *
 * @typedef {Pick<import('./engine.js').Maps, 'layers' | 'heads' | 'rows' | 'cols' | 'cls' | 'height' | 'width' | 'resized'>} Maps
 *
 * @typedef {{pane: number, row: number, col: number} | null} Hovered in the grid of its pane
 *
 * @typedef {object} Callbacks
 * @property {(state: ViewState) => void} [onState] what is shown changed, or queries()
 * @property {(hovered: Hovered) => void} [onHover] another patch is under the pointer
 * @property {() => void} [onExport] the reader asks to take something out; without it onSavePicture
 * @property {() => void} [onSavePicture] the reader asks for the picture as a file
 */

/** @typedef {Pick<Maps, 'layers' | 'heads' | 'rows' | 'cols'>} Shape */

/** @type {Shape} */
const noMaps = { layers: 0, heads: 0, rows: 0, cols: 0 };

/** As src/viewer/bridge.cc numbers them. */
const cursors = ['', 'pointer', 'grabbing', 'ew-resize'];

/** Settling of ImGui after an input, in frames. */
const framesAfterInput = 3;

/**
 * @param {HTMLCanvasElement} canvas
 * @param {Callbacks} [callbacks]
 */
export async function createViewer(canvas, callbacks = {}) {
  const [wasm, { regular, strong }] = await Promise.all([loadWasm({ page: pageOf(canvas, callbacks) }), loadFonts()]);
  const gl = canvas.getContext('webgl2', { alpha: false, antialias: false, depth: false });
  if (!gl) {
    throw new Error('This page draws with WebGL 2, which this browser does not offer: use a current browser, or turn its graphics acceleration on.');
  }
  wasm.GL.makeContextCurrent(wasm.GL.registerContext(gl, {
    majorVersion: 2, minorVersion: 0, enableExtensionsByDefault: 0,
  }));

  const frames = frameClock(() => wasm._viewer_frame(performance.now() / 1000) !== 0);
  const memory = wasmMemory(wasm);
  memory.withBytes(regular, (at) => memory.withBytes(strong, (strongAt) => {
    wasm._viewer_fonts(at, regular.length, strongAt, strong.length);
  }));
  if (!wasm._viewer_start()) throw new Error('The shaders do not compile on this graphics driver: update it or try another browser.');

  /** @type {ImageBitmap | HTMLCanvasElement | OffscreenCanvas | ImageData | null} */
  let photo = null;
  /** @type {{height: number, width: number}} */
  let photoSize = { height: 0, width: 0 };
  /** Of each pane's maps. */
  let shapes = [noMaps];

  const bind = (/** @type {number} */ texture) => {
    gl.activeTexture(gl.TEXTURE0);
    gl.bindTexture(gl.TEXTURE_2D, wasm.GL.textures[texture]);
  };
  const upload = (/** @type {number} */ texture) => {
    if (!photo) return;
    bind(texture);
    gl.texImage2D(gl.TEXTURE_2D, 0, gl.RGBA8, gl.RGBA, gl.UNSIGNED_BYTE, photo);
    gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_MAX_LEVEL, 1000);
    gl.generateMipmap(gl.TEXTURE_2D);
  };
  /** Without mipmaps, which cost more than a frame of the camera is worth. */
  const uploadFrame = (/** @type {number} */ texture) => {
    bind(texture);
    gl.texImage2D(gl.TEXTURE_2D, 0, gl.RGBA8, gl.RGBA, gl.UNSIGNED_BYTE, /** @type {ImageBitmap} */ (photo));
    gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_MAX_LEVEL, 0);
  };

  /** viewer.wasm has only the panes that it was told of. @param {number} pane */
  function checkPane(pane) {
    if (!(pane in shapes)) throw new RangeError(`There is no pane ${pane}, of ${shapes.length}.`);
  }

  /** @param {number} pane */
  function shapeOf(pane) {
    checkPane(pane);
    return shapes[pane];
  }

  /**
   * @param {Maps} maps
   * @param {number} pane
   */
  function takeMaps({ cls, layers, heads, rows, cols, height, width, resized }, pane) {
    checkPane(pane);
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
    checkPane(pane);
    const { layers, heads, rows, cols } = shapes[pane];
    checkCount(scores, layers * heads * rows * cols);
    memory.withFloats(scores, (at) => wasm._viewer_query_maps(pane, at, row, col));
  }

  /** @param {Exclude<typeof photo, null>} source */
  function takePhoto(source) {
    photo = source;
    photoSize = { height: source.height, width: source.width };
    shapes.fill(noMaps);
    return wasm._viewer_photo(source.height, source.width);
  }

  /** What viewer.wasm drew. @param {number} pixels @param {number} height @param {number} width */
  function pictureAt(pixels, height, width) {
    if (!pixels) throw new Error(`A picture of ${width} x ${height} pixels is more than this graphics driver can draw.`);
    const rgba = new Uint8ClampedArray(memory.bytes(pixels, height * width * 4));
    frames.wake();
    return new ImageData(rgba, width, height);
  }

  const state = () => /** @type {ViewState} */ (JSON.parse(wasm.UTF8ToString(wasm._viewer_state())));

  const stopListening = listen(canvas, {
    wake: frames.wake,
    point: wasm._viewer_pointer,
    press: (down) => wasm._viewer_press(down ? 1 : 0),
    pinch: wasm._viewer_pinch,
    wheel: wasm._viewer_wheel,
    key: (name) => memory.withText(name, wasm._viewer_key) !== 0,
  });
  const surface = followSize(canvas, (size) => {
    wasm._viewer_resize(size.height, size.width, size.scale, size.insetTop, size.insetBottom);
    if (frames.count() === 0) frames.draw(); // with what else comes before it is shown
    else frames.drawNow();
  });
  followContext(canvas, () => {
    // The names of before are of objects that are gone, and deleting those would be an error.
    const { buffers, programs, shaders, textures, vaos } = wasm.GL;
    for (const names of [buffers, programs, shaders, textures, vaos]) names.fill(null);
    upload(wasm._viewer_restore());
    frames.wake();
  });

  return {
    /**
     * A photo, upright; its maps are not there yet.
     * @param {Exclude<typeof photo, null>} source
     */
    setPhoto(source) {
      upload(takePhoto(source));
      frames.draw();
    },

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
      frames.draw();
    },

    /** @param {Maps} maps */
    setMaps(maps, pane = 0) {
      takeMaps(maps, pane);
      frames.draw();
    },

    /**
     * The answer to a query: as many scores as setMaps was given, of this patch of the pane's grid.
     * @param {Float32Array} scores
     * @param {number} row
     * @param {number} col
     */
    setQueryMaps(scores, row, col, pane = 0) {
      takeQueryMaps(scores, row, col, pane);
      frames.draw();
    },

    /**
     * The query in each pane's own grid, where it is the same place of the photo, or the very patch
     * that was clicked; null: [CLS], or no maps yet.
     * @returns {([number, number] | null)[]}
     */
    queries: () => JSON.parse(wasm.UTF8ToString(wasm._viewer_queries())),

    ...fieldSetters({ wasm, memory, shapeOf, draw: frames.draw }),

    /**
     * What is written above each of two panes.
     * @returns {{model: string, details: string[]}[]}
     */
    captions: () => shapes.map((_, pane) => {
      const [model, ...details] = JSON.parse(wasm.UTF8ToString(wasm._viewer_caption(pane)));
      return { model, details };
    }),

    /**
     * A picture of many to come, with its maps and where a patch of it looks.
     * @param {ImageBitmap} source
     * @param {Maps} maps
     * @param {{patch: [number, number], scores: Float32Array} | null} answer
     */
    showFrame(source, maps, answer) {
      uploadFrame(takePhoto(source));
      takeMaps(maps, 0);
      if (answer) takeQueryMaps(answer.scores, ...answer.patch, 0);
      frames.draw();
    },

    state,

    /**
     * Changes the fields given; onState is called with the result.
     * @param {Partial<ViewState>} fields
     * @returns {string[]} names that are no fields
     * @throws where a value does not fit; nothing changes then
     */
    setState(fields) {
      const text = memory.withText(JSON.stringify(fields), (json) => wasm.UTF8ToString(wasm._viewer_set_state(json)));
      if (text.startsWith('!')) throw new Error(text.slice(1));
      frames.draw();
      return text ? text.split(', ') : [];
    },

    /** @param {boolean} dark */
    setTheme(dark) {
      wasm._viewer_theme(dark ? 1 : 0);
      frames.draw();
    },

    /**
     * CSS pixels beside the panel that the page uses for itself.
     * @param {{top: number, bottom: number}} insets
     */
    setInsets: surface.setInsets,

    /**
     * What a photo takes at each size, which the panel says beside it.
     * @param {{size: number, seconds: number, megabytes: number}[]} estimates
     */
    setEstimates(estimates) {
      const values = Float32Array.from(estimates.flatMap(({ size, seconds, megabytes }) => [size, seconds, megabytes]));
      memory.withFloats(values, (at) => wasm._viewer_estimates(at, estimates.length));
      frames.draw();
    },

    /**
     * The numbers that the explanation shows, of the head `state().head` and the patch under the
     * pointer, else `state().explain`; null: it is closed, or the engine computes them.
     */
    explained() {
      const at = wasm._viewer_explained();
      if (!at) return null;
      const [dot, max, sum, score, cls, registers, patches] = memory.floats(at, 7);
      return { dot, max, sum, score, cls, registers, patches };
    },

    /** Where a control of the panel lies on the canvas, in CSS pixels; null: nowhere. For tests. @param {string} name */
    controlBox(name) {
      const [x, y, width, height] = memory.floats(memory.withText(name, wasm._viewer_control), 4)
        .map((side) => side / surface.scale());
      return width > 0 ? { x, y, width, height } : null;
    },

    /** Frames drawn so far. */
    frames: frames.count,

    /** Draws what is due now; for tests. */
    drawNow: frames.drawNow,

    /** Where the photo lies on the canvas, in CSS pixels. */
    photoBox(pane = 0) {
      const scale = surface.scale();
      const [x, y, width, height] = memory.floats(wasm._viewer_photo_box(pane), 4).map((side) => side / scale);
      return { x, y, width, height };
    },

    /**
     * A pane's picture alone, as it is shown, at the photo's own size or another.
     * @param {{height: number, width: number}} [size]
     */
    picture({ height, width } = photoSize, pane = 0) {
      checkPane(pane);
      return pictureAt(wasm._viewer_render(pane, height, width), height, width);
    },

    /**
     * The view as it is on screen, without panel, tabs and pointer, at any size. Text grows with it.
     * @param {{height: number, width: number}} size
     */
    renderView: ({ height, width }) => pictureAt(wasm._viewer_render_view(height, width), height, width),

    /**
     * The contours of what keep_mass keeps, of a pane: path data as in SVG, in pixels of the photo.
     * head: counted from 1; null: of all heads together.
     * @returns {{head: number | null, colour: string, path: string}[]}
     */
    contours(pane = 0) {
      checkPane(pane);
      return JSON.parse(wasm.UTF8ToString(wasm._viewer_contours(pane)));
    },

    /** What shows of each tile of the view, on the canvas, in CSS pixels; for tests. */
    tiles() {
      /** @type {{x: number, y: number, width: number, height: number}[]} */
      const boxes = [];
      for (let at = wasm._viewer_tile(0); at; at = wasm._viewer_tile(boxes.length)) {
        const [x, y, width, height] = memory.floats(at, 4).map((side) => side / surface.scale());
        boxes.push({ x, y, width, height });
      }
      return boxes;
    },

    dispose() {
      stopListening();
      surface.stop();
      frames.stop();
    },
  };
}

/** @typedef {Awaited<ReturnType<typeof createViewer>>} Viewer */

/**
 * viewer.wasm reads as many scores as it was told.
 * @param {Float32Array} scores
 * @param {number} count
 */
export function checkCount(scores, count) {
  if (scores.length !== count) throw new RangeError(`These maps have ${scores.length} scores where ${count} belong.`);
}

/**
 * What viewer.wasm calls.
 * @param {HTMLCanvasElement} canvas
 * @param {Callbacks} callbacks
 */
function pageOf(canvas, callbacks) {
  return {
    state: (/** @type {string} */ json) => callbacks.onState?.(JSON.parse(json)),
    hover: (/** @type {number} */ pane, /** @type {number} */ row, /** @type {number} */ col) =>
      callbacks.onHover?.(pane < 0 ? null : { pane, row, col }),
    cursor: (/** @type {number} */ kind) => { canvas.style.cursor = cursors[kind]; },
    export: () => (callbacks.onExport ?? callbacks.onSavePicture)?.(),
  };
}

/**
 * Draws a frame after each call of draw, a few after each of wake, and none otherwise.
 * @param {() => boolean} draw true if there is news for the next frame
 */
function frameClock(draw) {
  let due = 0;
  let scheduled = 0;
  let drawn = 0;
  const frame = () => {
    due -= 1;
    drawn += 1;
    scheduled = 0;
    if (draw()) due = framesAfterInput;
    if (due > 0) scheduled ||= requestAnimationFrame(frame);
  };
  const atLeast = (/** @type {number} */ count) => {
    due = Math.max(due, count);
    scheduled ||= requestAnimationFrame(frame);
  };
  return {
    draw: () => atLeast(1),
    wake: () => atLeast(framesAfterInput),
    /** In this turn, so that a canvas of a new size is never shown empty. */
    drawNow() {
      due = Math.max(due, 1);
      cancelAnimationFrame(scheduled);
      frame();
    },
    stop() {
      cancelAnimationFrame(scheduled);
      scheduled = -1;
    },
    count: () => drawn,
  };
}
