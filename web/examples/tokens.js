// Step 1: the photo cut into patches, and the list that they become.
import { cellAt, drawMark } from './heat.js';

const prefix = ['[CLS]', 'r1', 'r2', 'r3', 'r4'];
const shown = 7; // tokens of the list

/** @param {import('./figure.js').Figure} figure */
export async function startTokens(figure) {
  const photo = new Image();
  photo.src = document.querySelector('vit-attention')?.getAttribute('src') ?? '';
  await photo.decode();
  const picture = /** @type {HTMLCanvasElement} */ (figure.find('canvas'));
  const strip = /** @type {HTMLCanvasElement} */ (figure.find('canvas.strip'));
  const slider = /** @type {HTMLInputElement} */ (figure.find('[name="token"]'));

  /** As the engine has it: the short side is resized to H, and what is no whole patch is cut off. */
  function cut() {
    const patch = figure.number('patch');
    const height = figure.number('side');
    const scale = height / Math.min(photo.naturalHeight, photo.naturalWidth);
    const whole = (/** @type {number} */ side) => Math.floor(Math.round(side * scale) / patch);
    return { rows: whole(photo.naturalHeight), cols: whole(photo.naturalWidth), side: patch / scale };
  }

  function draw() {
    const { rows, cols, side } = cut();
    const patches = rows * cols;
    slider.max = String(patches - 1);
    const token = Number(slider.value);
    const at = { row: Math.floor(token / cols), col: token % cols };
    figure.say({ rows, cols, patches, tokens: 1 + 4 + patches, token, ...at });
    drawPicture(picture, photo, { rows, cols, side }, at);
    drawStrip(strip, photo, { rows, cols, side }, token);
    strip.ariaLabel = `A part of the list of ${5 + patches} tokens, around patch ${token}`;
  }

  picture.addEventListener('pointermove', (event) => {
    const { rows, cols } = cut();
    const cell = cellAt(picture, event, rows, cols);
    if (cell) slider.value = String(cell.row * cols + cell.col);
    draw();
  });
  figure.onInput(draw);
  draw();
}

/** @typedef {{rows: number, cols: number, side: number}} Cut side: of a patch, in pixels of the photo */

/** @param {HTMLCanvasElement} canvas @param {HTMLImageElement} photo @param {Cut} cut @param {{row: number, col: number}} at */
function drawPicture(canvas, photo, { rows, cols, side }, { row, col }) {
  const cell = canvas.width / cols;
  canvas.height = Math.round(rows * cell);
  const pen = /** @type {CanvasRenderingContext2D} */ (canvas.getContext('2d'));
  const gap = Math.min(cell / 5, 5);
  for (let i = 0; i < rows * cols; ++i) {
    const [y, x] = [Math.floor(i / cols), i % cols];
    pen.drawImage(photo, x * side, y * side, side, side, x * cell + gap / 2, y * cell + gap / 2, cell - gap, cell - gap);
  }
  drawMark(pen, col * cell, row * cell, cell);
}

/** @param {HTMLCanvasElement} canvas @param {HTMLImageElement} photo @param {Cut} cut @param {number} chosen patch */
function drawStrip(canvas, photo, { rows, cols, side }, chosen) {
  const cell = canvas.width / shown;
  const last = prefix.length + rows * cols - shown;
  const first = Math.min(chosen, last);
  canvas.height = Math.round(cell);
  const pen = /** @type {CanvasRenderingContext2D} */ (canvas.getContext('2d'));
  const { color, fontFamily } = getComputedStyle(canvas.closest('figure')?.querySelector('.desk') ?? canvas);
  pen.fillStyle = color;
  pen.strokeStyle = color;
  pen.font = `${cell / 4.2}px ${fontFamily}`;
  pen.textAlign = 'center';
  pen.textBaseline = 'middle';
  for (let place = 0; place < shown; ++place) {
    const token = first + place;
    const patch = token - prefix.length;
    const left = place * cell + 5;
    if (patch < 0) {
      pen.lineWidth = 2;
      pen.strokeRect(left + 1, 6, cell - 12, cell - 12);
      pen.fillText(prefix[token], left + cell / 2 - 5, cell / 2);
      continue;
    }
    pen.drawImage(photo, (patch % cols) * side, Math.floor(patch / cols) * side, side, side, left, 5, cell - 10, cell - 10);
    if (patch === chosen) drawMark(pen, left, 5, cell - 10);
  }
}
