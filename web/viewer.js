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
import loadWasm from './viewer-wasm.js';
import { listen } from './canvas-input.js';
import { followContext, followSize } from './canvas-surface.js';
import { loadFonts } from './fonts.js';
import { viewerContent } from './viewer-content.js';
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
 * @property {'none' | 'alike'} groups of the heads, by their order
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
 * @property {() => void} [onExport] the reader wants something of it as a file
 */

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
    throw new DOMException('This page draws with WebGL 2, which this browser does not offer: use a current browser, or turn its graphics acceleration on.', 'NotSupportedError');
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

  const content = viewerContent({ wasm, memory, draw: frames.draw });
  /** @type {import('./viewer-content.js').Photo | null} */
  let photo = null;

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

  /** @param {Exclude<typeof photo, null>} source */
  function takePhoto(source) {
    photo = source;
    return content.takePhoto(source);
  }

  /** What viewer.wasm drew. @param {number} pixels @param {number} height @param {number} width */
  function pictureAt(pixels, height, width) {
    if (!pixels) throw new Error(`A picture of ${width} x ${height} pixels is more than this graphics driver can draw.`);
    const rgba = new Uint8ClampedArray(memory.bytes(pixels, height * width * 4));
    frames.wake();
    return new ImageData(rgba, width, height);
  }

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

    ...content.methods,

    /**
     * A picture of many to come, with its maps and where a patch of it looks.
     * @param {ImageBitmap} source
     * @param {Maps} maps
     * @param {import('./viewer-content.js').Answer} answer
     */
    showFrame(source, maps, answer) {
      uploadFrame(takePhoto(source));
      content.takeMaps(maps, 0);
      if (answer) content.takeQueryMaps(answer.scores, ...answer.patch, 0);
      frames.draw();
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
    picture({ height, width } = content.methods.photoSize(), pane = 0) {
      content.shapeOf(pane);
      return pictureAt(wasm._viewer_render(pane, height, width), height, width);
    },

    /**
     * The view as it is on screen, without panel, tabs and pointer, at any size. Text grows with it.
     * @param {{height: number, width: number}} size
     */
    renderView: ({ height, width }) => pictureAt(wasm._viewer_render_view(height, width), height, width),

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
    export: () => callbacks.onExport?.(),
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
