// Pointer and keys on a picture. Nothing here keeps the page from scrolling: the wheel is never
// taken, a touch scrolls up and down, and keys work only while the picture has the focus.

/**
 * @typedef {import('./tiles.js').Point} Point CSS pixels from the picture's top left corner
 *
 * @typedef {object} Actions
 * @property {(point: Point | null, pressed?: boolean) => void} point at a place; null: away
 * @property {(point: Point) => void} press
 * @property {(down: number, right: number) => void} step by keys
 * @property {() => void} enter asks the patch that the keys are at
 * @property {() => boolean} leave by Escape; false: there is nothing to go back from
 */

/** @type {Record<string, [number, number]>} */
const arrows = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };

/**
 * @param {HTMLElement} picture
 * @param {Actions} actions
 */
export function listen(picture, { point, press, step, enter, leave }) {
  const placeOf = (/** @type {MouseEvent} */ { offsetX: x, offsetY: y }) => ({ x, y });

  picture.onpointerdown = picture.onpointermove = (event) => point(placeOf(event), event.buttons > 0);
  picture.onpointerleave = ({ pointerType }) => pointerType === 'mouse' && point(null); // what a finger showed stays
  picture.onpointercancel = picture.onblur = () => point(null);
  picture.onclick = (event) => press(placeOf(event));
  picture.onkeydown = (event) => {
    const { key } = event;
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    if (arrows[key]) step(...arrows[key]);
    else if (key === 'Enter') enter();
    else if (key !== 'Escape' || !leave()) return;
    event.preventDefault();
  };
}

/** A photo that is dropped. @param {HTMLElement} host @param {(file: File) => void} take */
export function takeDrops(host, take) {
  host.addEventListener('dragover', (event) => event.preventDefault());
  host.addEventListener('drop', (event) => {
    event.preventDefault();
    const file = event.dataTransfer?.files[0];
    if (file) take(file);
  });
}
