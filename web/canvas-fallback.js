// The viewer where there is no WebGL 2: the overlay in Canvas 2D, composed by viewer.wasm's own copy
// of src/maps. It has no panel; web/mirror.js is its controls.
import { followSize } from './canvas-surface.js';
import { typing } from './canvas-input.js';
import { viewerContent } from './viewer-content.js';
import { wasmMemory } from './viewer-memory.js';
import loadWasm from './viewer-wasm.js';

/**
 * @typedef {import('./viewer.js').Viewer} Viewer
 * @typedef {import('./viewer.js').Callbacks} Callbacks
 * @typedef {import('./viewer-content.js').Photo} Photo
 */

/** CSS pixels around the picture, and between two. */
const margin = 24;

/** @param {HTMLCanvasElement | OffscreenCanvas} canvas */
const contextOf = (canvas) => /** @type {CanvasRenderingContext2D} */ (canvas.getContext('2d', { willReadFrequently: true }));

/**
 * @param {HTMLCanvasElement} canvas
 * @param {Callbacks} [callbacks]
 * @returns {Promise<Viewer>}
 */
export async function createCanvasViewer(canvas, callbacks = {}) {
  const nothing = () => {};
  const wasm = await loadWasm({ page: { state: nothing, hover: nothing, cursor: nothing, export: nothing } });
  const memory = wasmMemory(wasm);
  const context = contextOf(canvas);
  const content = viewerContent({ wasm, memory, draw });
  const { state, photoSize, captions, queries } = content.methods;
  const told = { words: JSON.stringify([state(), queries()]) };
  /** @type {Photo | null} */
  let photo = null;
  let insets = { top: 0, bottom: 0 };
  let scheduled = 0;
  let drawn = 0;

  function draw() {
    scheduled ||= requestAnimationFrame(drawNow);
  }

  function drawNow() {
    cancelAnimationFrame(scheduled);
    scheduled = 0;
    drawn += 1;
    context.fillStyle = getComputedStyle(document.documentElement).getPropertyValue('--background');
    context.fillRect(0, 0, canvas.width, canvas.height);
    if (photo) for (const [pane] of captions().entries()) drawPane(pane);
    tell();
  }

  /** @param {number} pane */
  function drawPane(pane) {
    const { x, y, width, height } = devicePixels(photoBox(pane));
    if (height > 0 && width > 0) context.putImageData(picture({ height, width }, pane), x, y);
  }

  function tell() {
    const words = JSON.stringify([state(), queries()]);
    if (words === told.words) return;
    told.words = words;
    callbacks.onState?.(state());
  }

  /** @param {{x: number, y: number, width: number, height: number}} box */
  function devicePixels({ x, y, width, height }) {
    const scale = surface.scale();
    return { x: Math.round(x * scale), y: Math.round(y * scale), width: Math.round(width * scale), height: Math.round(height * scale) };
  }

  /** Beside each other, as large as there is room for. @param {number} pane */
  function photoBox(pane = 0) {
    const { height, width } = photoSize();
    const room = canvas.getBoundingClientRect();
    const panes = captions().length;
    const panel = room.width > 700 ? parseFloat(getComputedStyle(document.documentElement).getPropertyValue('--panel-width')) : 0;
    const across = (room.width - panel - margin * (panes + 1)) / panes;
    const down = room.height - insets.top - insets.bottom - 2 * margin;
    const zoom = Math.max(0, Math.min(across / Math.max(1, width), down / Math.max(1, height)));
    const box = { width: width * zoom, height: height * zoom };
    return {
      ...box,
      x: margin + pane * (across + margin) + (across - box.width) / 2,
      y: insets.top + margin + (down - box.height) / 2,
    };
  }

  /** A pane's picture, at the photo's own size or another. */
  function picture({ height, width } = photoSize(), pane = 0) {
    content.shapeOf(pane);
    const target = contextOf(new OffscreenCanvas(width, height));
    target.imageSmoothingQuality = 'high';
    target.fillStyle = '#fff';
    target.fillRect(0, 0, width, height);
    if (photo instanceof ImageData) throw new TypeError('Without WebGL 2 a photo is an image, not ImageData.');
    if (photo) target.drawImage(photo, 0, 0, width, height);
    const pixels = target.getImageData(0, 0, width, height);
    const composed = memory.withBytes(new Uint8Array(pixels.data.buffer), (at) => {
      wasm._viewer_compose(pane, at, height, width);
      return memory.bytes(at, pixels.data.length);
    });
    pixels.data.set(composed);
    return pixels;
  }

  /** The patch of the first pane's grid that was clicked becomes the query. @param {MouseEvent} event */
  function ask({ clientX, clientY }) {
    const room = canvas.getBoundingClientRect();
    const box = photoBox(0);
    const { rows, cols } = content.shapeOf(0);
    const col = Math.floor((clientX - room.left - box.x) / box.width * cols);
    const row = Math.floor((clientY - room.top - box.y) / box.height * rows);
    if (row >= 0 && row < rows && col >= 0 && col < cols) content.methods.setState({ query: [row, col] });
  }

  const surface = followSize(canvas, () => { if (drawn) drawNow(); else draw(); });
  const stop = new AbortController();
  const { signal } = stop;
  canvas.addEventListener('click', ask, { signal });
  document.addEventListener('keydown', (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) return;
    const arrow = event.key.startsWith('Arrow') && event.shiftKey;
    const isOfUse = memory.withText(arrow ? `Shift+${event.key}` : event.key, wasm._viewer_key) !== 0;
    if (!isOfUse) return;
    event.preventDefault();
    draw();
  }, { signal });

  return /** @type {Viewer} */ (/** @type {unknown} */ ({
    ...content.methods,

    /** @param {Photo} source */
    setPhoto(source) {
      photo = source;
      content.takePhoto(source);
      draw();
    },

    /**
     * @param {ImageBitmap} source
     * @param {import('./viewer.js').Maps} maps
     * @param {import('./viewer-content.js').Answer} answer
     */
    showFrame(source, maps, answer) {
      photo = source;
      content.takePhoto(source);
      content.takeMaps(maps, 0);
      if (answer) content.takeQueryMaps(answer.scores, ...answer.patch, 0);
      draw();
    },

    setTheme: draw,

    /** @param {{top: number, bottom: number}} next */
    setInsets(next) {
      insets = next;
      draw();
    },

    frames: () => drawn,
    drawNow,
    photoBox,
    picture,
    renderView: picture,
    setEstimates: nothing,
    explained: () => null,
    controlBox: () => null,
    tiles: () => [],

    dispose() {
      stop.abort();
      surface.stop();
      cancelAnimationFrame(scheduled);
    },
  }));
}
