// What is shown, as a PNG file: one picture, or two beside each other with their captions.

/** @typedef {import('./viewer.js').Viewer} Viewer */

/** @param {Viewer} viewer */
export async function savePicture(viewer) {
  const captions = viewer.captions();
  const pictures = captions.map((_, pane) => viewer.picture(undefined, pane));
  const canvas = pictures.length === 1 ? canvasOf(pictures[0]) : joined(viewer, pictures, captions);
  const address = URL.createObjectURL(await canvas.convertToBlob({ type: 'image/png' }));
  const name = `headlens-${viewer.state().photo || 'photo'}.png`;
  Object.assign(document.createElement('a'), { href: address, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
}

/** @param {ImageData} picture */
function canvasOf(picture) {
  const canvas = new OffscreenCanvas(picture.width, picture.height);
  canvas.getContext('2d')?.putImageData(picture, 0, 0);
  return canvas;
}

/**
 * As they are arranged on screen.
 * @param {Viewer} viewer
 * @param {ImageData[]} pictures of one size
 * @param {{model: string, details: string[]}[]} captions
 */
function joined(viewer, pictures, captions) {
  const { height, width } = pictures[0];
  const beside = viewer.photoBox(0).y === viewer.photoBox(1).y;
  const text = Math.round(Math.min(64, Math.max(13, Math.min(height, width) / 24)));
  const gap = text;
  const caption = 2 * text;
  const right = beside ? width + gap : 0;
  const down = beside ? 0 : height + caption + gap;
  const count = pictures.length - 1;

  const canvas = new OffscreenCanvas(2 * gap + width + count * right, gap + caption + height + count * down);
  const context = /** @type {OffscreenCanvasRenderingContext2D} */ (canvas.getContext('2d'));
  const colour = (/** @type {string} */ name) => getComputedStyle(document.documentElement).getPropertyValue(name);
  context.fillStyle = colour('--background');
  context.fillRect(0, 0, canvas.width, canvas.height);
  for (const [i, { model, details }] of captions.entries()) {
    const left = gap + i * right;
    const top = i * down;
    context.fillStyle = colour('--text');
    context.font = `600 ${text}px Inter, system-ui, sans-serif`;
    context.fillText(model, left, top + 1.35 * text, width);
    const used = context.measureText(`${model}  `).width;
    context.fillStyle = colour('--muted');
    context.font = `${0.9 * text}px Inter, system-ui, sans-serif`;
    if (used < width) context.fillText(details.join(' \u00b7 '), left + used, top + 1.35 * text, width - used);
    context.putImageData(pictures[i], left, top + caption);
  }
  return canvas;
}
