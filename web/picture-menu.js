// The menu of the right button is that of an image: what a canvas shows is gone when the browser comes
// to save it. While the menu is open an invisible copy of the picture lies over the canvas.

/** Pixels that are made into a PNG without a wait. */
const mostPixels = 1_500_000;

/**
 * @param {HTMLElement} canvas
 * @param {import('./viewer.js').Viewer} viewer
 * @param {() => string} describe what the copy shows
 */
export function offerPictureMenu(canvas, viewer, describe) {
  /** @type {HTMLImageElement | null} */
  let copy = null;

  function take() {
    if (!copy) return;
    const address = copy.src;
    copy.remove();
    copy = null;
    setTimeout(() => URL.revokeObjectURL(address), 60_000); // the browser may still be saving it
  }

  function lay() {
    take();
    const { height, width } = viewer.photoSize();
    if (!height) return;
    const scale = Math.min(1, Math.sqrt(mostPixels / (height * width)));
    const size = { height: Math.max(1, Math.round(height * scale)), width: Math.max(1, Math.round(width * scale)) };
    copy = Object.assign(new Image(), { src: URL.createObjectURL(pngOf(viewer.picture(size))), alt: describe(), className: 'picture-copy' });
    canvas.after(copy);
  }

  canvas.addEventListener('pointerdown', (event) => { if (opensMenu(event)) lay(); });
  for (const name of ['pointermove', 'pointerdown', 'keydown']) document.addEventListener(name, (event) => {
    if (!(event instanceof PointerEvent && (opensMenu(event) || (event.buttons & 2) !== 0))) take();
  }, { capture: true });
}

/** Of a Mac, the left button with Control too. @param {PointerEvent} event */
const opensMenu = ({ button, ctrlKey }) => button === 2 || (button === 0 && ctrlKey);

/** In this turn: the menu opens before a promise is kept. @param {ImageData} picture */
function pngOf(picture) {
  const canvas = document.createElement('canvas');
  canvas.height = picture.height;
  canvas.width = picture.width;
  canvas.getContext('2d')?.putImageData(picture, 0, 0);
  const base64 = canvas.toDataURL('image/png').split(',')[1];
  return new Blob([Uint8Array.from(atob(base64), (byte) => byte.charCodeAt(0))], { type: 'image/png' });
}
