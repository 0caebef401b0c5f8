// The canvas's size in device pixels, and its WebGL context, followed as they change.

/**
 * @typedef {object} Size device pixels
 * @property {number} height
 * @property {number} width
 * @property {number} scale device pixels per CSS pixel
 * @property {number} insetTop
 * @property {number} insetBottom
 */

/**
 * Gives the canvas as many pixels as the screen has under it, and says so, now and at every change.
 * @param {HTMLCanvasElement} canvas
 * @param {(size: Size) => void} onSize
 */
export function followSize(canvas, onSize) {
  let insets = { top: 0, bottom: 0 };
  const box = canvas.getBoundingClientRect();
  let pixels = { height: box.height * devicePixelRatio, width: box.width * devicePixelRatio };

  let told = '';

  const tell = () => {
    /** @type {Size} */
    const size = {
      height: Math.max(1, Math.round(pixels.height)),
      width: Math.max(1, Math.round(pixels.width)),
      scale: devicePixelRatio,
      insetTop: Math.round(insets.top * devicePixelRatio),
      insetBottom: Math.round(insets.bottom * devicePixelRatio),
    };
    if (JSON.stringify(size) === told) return;
    told = JSON.stringify(size);
    canvas.height = size.height;
    canvas.width = size.width;
    onSize(size);
  };

  const observer = new ResizeObserver(([entry]) => {
    const { height, width } = entry.contentRect;
    pixels = { height: height * devicePixelRatio, width: width * devicePixelRatio };
    // The exact size, where the browser knows it, and where it means the same pixels: an emulated
    // density counts others.
    const exact = entry.devicePixelContentBoxSize?.[0];
    if (exact && Math.abs(exact.inlineSize - pixels.width) <= 1) {
      pixels = { height: exact.blockSize, width: exact.inlineSize };
    }
    tell();
  });
  try {
    observer.observe(canvas, { box: 'device-pixel-content-box' });
  } catch {
    observer.observe(canvas); // Safari has no such box
  }
  tell();

  return {
    scale: () => devicePixelRatio,
    setInsets(/** @type {{top: number, bottom: number}} */ next) {
      insets = next;
      tell();
    },
    stop: () => observer.disconnect(),
  };
}

/**
 * @param {HTMLCanvasElement} canvas
 * @param {() => void} onRestored the browser took the WebGL context away and gave it back, empty
 */
export function followContext(canvas, onRestored) {
  // Without preventDefault the browser would not give it back.
  canvas.addEventListener('webglcontextlost', (event) => event.preventDefault());
  canvas.addEventListener('webglcontextrestored', onRestored);
}
