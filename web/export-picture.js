// What is shown, as a picture: one, or two models beside each other, at the photo's size or another.
import { drawStrip, pageColour, stripHeight, stripUnder } from './export-strip.js';

/**
 * @typedef {import('./viewer.js').Viewer} Viewer
 * @typedef {import('./export-strip.js').Word[]} Words of the strip under a picture
 * @typedef {{height: number, width: number}} Size
 */

/** Steps down from a size that cannot be had. */
const step = 0.8;

/** @param {OffscreenCanvas} canvas */
const contextOf = (canvas) => /** @type {OffscreenCanvasRenderingContext2D} */ (canvas.getContext('2d'));

/** @param {ImageData} picture */
export function canvasOf(picture) {
  const canvas = new OffscreenCanvas(picture.width, picture.height);
  contextOf(canvas).putImageData(picture, 0, 0);
  return canvas;
}

/** @param {Size} size @param {number} scale @returns {Size} */
const scaledSize = ({ height, width }, scale) =>
  ({ height: Math.max(1, Math.round(height * scale)), width: Math.max(1, Math.round(width * scale)) });

/**
 * The view at this scale of the photo, or else at the largest that this browser can draw.
 * @param {Viewer} viewer
 * @param {number} scale
 * @param {Words | null} words null: no strip
 * @returns {Promise<{blob: Blob, size: Size, scale: number}>}
 */
export async function pictureFile(viewer, scale, words) {
  for (let tried = scale; ; tried *= step) {
    try {
      const canvas = drawView(viewer, scaledSize(viewer.photoSize(), tried), words);
      const blob = await canvas.convertToBlob({ type: 'image/png' });
      return { blob, size: { height: canvas.height, width: canvas.width }, scale: tried };
    } catch (error) {
      if (tried * step < 0.1) throw error;
    }
  }
}

/**
 * @param {Viewer} viewer
 * @param {Size} size of each picture
 * @param {Words | null} words null: no strip
 */
export function drawView(viewer, size, words) {
  const { view: kind, contours } = viewer.state();
  const view = kind === 'overlay' && contours === 'none' ? drawOverlays(viewer, size) : canvasOf(viewer.renderView(size));
  return words ? withStrip(view, words) : view;
}

/**
 * The whole photo, whatever part of it the zoom shows.
 * @param {Viewer} viewer
 * @param {Size} size
 */
function drawOverlays(viewer, size) {
  const captions = viewer.captions();
  const pictures = captions.map((_, pane) => viewer.picture(size, pane));
  return pictures.length === 1 ? canvasOf(pictures[0]) : joined(viewer, pictures, captions);
}

/** @param {OffscreenCanvas} view @param {Words} words */
function withStrip(view, words) {
  const caption = stripUnder(words, view);
  const canvas = new OffscreenCanvas(caption.width, view.height + stripHeight(caption));
  const context = contextOf(canvas);
  context.fillStyle = pageColour('--panel');
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.drawImage(view, Math.floor((canvas.width - view.width) / 2), 0);
  context.translate(0, view.height);
  drawStrip(context, caption);
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
  const context = contextOf(canvas);
  context.fillStyle = pageColour('--background');
  context.fillRect(0, 0, canvas.width, canvas.height);
  for (const [i, { model, details }] of captions.entries()) {
    const left = gap + i * right;
    const top = i * down;
    context.fillStyle = pageColour('--text');
    context.font = `600 ${text}px Inter, system-ui, sans-serif`;
    context.fillText(model, left, top + 1.35 * text, width);
    const used = context.measureText(`${model}  `).width;
    context.fillStyle = pageColour('--muted');
    context.font = `${0.9 * text}px Inter, system-ui, sans-serif`;
    if (used < width) context.fillText(details.join(' \u00b7 '), left + used, top + 1.35 * text, width - used);
    context.putImageData(pictures[i], left, top + caption);
  }
  return canvas;
}

/**
 * Each head of the layer alone, in its colour over the photo.
 * @param {Viewer} viewer
 * @param {number} heads
 * @param {(head: number) => void} [onHead] counted from 1; before it is drawn
 * @returns {Promise<{name: string, bytes: Uint8Array<ArrayBuffer>}[]>}
 */
export async function headFiles(viewer, heads, onHead = () => {}) {
  const files = [];
  for (let head = 1; head <= heads; ++head) {
    onHead(head);
    const canvas = canvasOf(headPicture(viewer, head));
    const blob = await canvas.convertToBlob({ type: 'image/png' });
    files.push({ name: `head${head}.png`, bytes: new Uint8Array(await blob.arrayBuffer()) });
  }
  return files;
}

/** In this turn, so that nobody is told of the state in between. @param {Viewer} viewer @param {number} head */
function headPicture(viewer, head) {
  const { view, heads, mode } = viewer.state();
  viewer.setState({ view: 'overlay', heads: [head], mode: 'heads' });
  try {
    return viewer.picture();
  } finally {
    viewer.setState({ view, heads, mode });
  }
}
