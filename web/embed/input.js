// Pointer and keys on a picture. Nothing here keeps the page from scrolling: the wheel is never
// taken, a touch scrolls up and down, and keys work only while the picture has the focus.

/**
 * @typedef {{x: number, y: number}} Point CSS pixels from the picture's top left corner
 *
 * @typedef {object} Actions
 * @property {(point: Point | null) => void} point at a place; null: away
 * @property {(point: Point) => void} press
 * @property {(down: number, right: number) => void} step by keys
 * @property {() => void} enter asks the patch that the keys are at
 * @property {() => boolean} leave back by Escape; false: there is nothing to go back from
 * @property {(share: number) => void} divide
 */

/** @type {Record<string, [number, number]>} */
const arrows = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };

/**
 * @param {HTMLElement} picture
 * @param {HTMLElement} divider
 * @param {Actions} actions
 */
export function listen(picture, divider, { point, press, step, enter, leave, divide }) {
  /** @param {MouseEvent} event */
  function placeOf(event) {
    const box = picture.getBoundingClientRect();
    return { x: event.clientX - box.x, y: event.clientY - box.y };
  }

  for (const kind of /** @type {const} */ (['pointerdown', 'pointermove'])) {
    picture.addEventListener(kind, (event) => point(placeOf(event)));
  }
  picture.addEventListener('pointerleave', ({ pointerType }) => {
    if (pointerType === 'mouse') point(null); // what a finger showed stays when it lifts
  });
  picture.addEventListener('pointercancel', () => point(null));
  picture.addEventListener('blur', () => point(null));
  picture.addEventListener('click', (event) => press(placeOf(event)));
  picture.addEventListener('keydown', (event) => {
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    if (arrows[event.key]) step(...arrows[event.key]);
    else if (event.key === 'Enter' || event.key === ' ') enter();
    else if (event.key !== 'Escape' || !leave()) return;
    event.preventDefault();
  });

  divider.addEventListener('pointerdown', (event) => divider.setPointerCapture(event.pointerId));
  divider.addEventListener('pointermove', (event) => {
    if (!divider.hasPointerCapture(event.pointerId)) return;
    divide(placeOf(event).x / picture.clientWidth);
  });
  divider.addEventListener('keydown', (event) => {
    const by = { ArrowLeft: -0.02, ArrowRight: 0.02 }[event.key];
    if (!by) return;
    divide(Number(divider.ariaValueNow) / 100 + by);
    event.preventDefault();
  });
}

/**
 * A photo that is dropped on the figure.
 * @param {HTMLElement} host
 * @param {{over: (is: boolean) => void, take: (file: File) => void}} actions
 */
export function takeDrops(host, { over, take }) {
  const hasFile = (/** @type {DragEvent} */ { dataTransfer }) => Boolean(dataTransfer?.types.includes('Files'));
  host.addEventListener('dragover', (event) => {
    if (!hasFile(event)) return;
    event.preventDefault();
    over(true);
  });
  host.addEventListener('dragleave', () => over(false));
  host.addEventListener('drop', (event) => {
    over(false);
    const file = event.dataTransfer?.files[0];
    if (!file) return;
    event.preventDefault();
    take(file);
  });
}
