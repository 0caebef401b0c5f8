// The film on the page: a button a photo, with its thumbnail and how far it is, and a line about all
// that are on their way.
import { element } from './element.js';
import { drawThumbnail } from './intake.js';

/**
 * @typedef {import('./film.js').Item} Item
 * @typedef {ReturnType<typeof createFilmstrip>} Filmstrip
 *
 * @typedef {object} Elements
 * @property {HTMLElement} list
 * @property {HTMLElement} batch with an output, and a button that stops it
 * @property {HTMLElement} says the words of the photo under the pointer, or the focus
 * @property {HTMLElement} news for those who cannot see the film
 *
 * @typedef {object} Parts
 * @property {Elements} elements
 * @property {() => import('./film.js').Film} film
 * @property {() => {done: number, total: number}} progress of all that are on their way; total 0: none are
 * @property {(item: Item) => void} onChoose
 * @property {(item: Item) => void} onRemove
 * @property {() => void} onStop
 */

/** CSS pixels; drawn twice as large. */
const thumbnail = { width: 68, height: 52 };

/** Between two announcements, in ms. */
const patience = 5000;

/** @param {Parts} parts */
export function createFilmstrip({ elements, film, progress, onChoose, onRemove, onStop }) {
  const { list, batch, says, news } = elements;
  const [count] = batch.getElementsByTagName('output');
  /** @type {Map<Item, {row: HTMLLIElement, choose: HTMLButtonElement, seen: Promise<boolean>, drawn: string}>} */
  const rows = new Map();
  /** Thumbnails are made one after the other. @type {Promise<unknown>} */
  let making = Promise.resolve();
  let scheduled = 0;
  /** @type {Item | null} */
  let centred = null;
  let announced = 0;

  /** @param {Item} item */
  function makeRow(item) {
    const { picture, seen } = item.file ? pictureOf(item.file) : samplePicture(item);
    const choose = element('button', { type: 'button' }, picture);
    if (!item.file) choose.dataset.sample = item.name;
    choose.addEventListener('click', () => onChoose(item));
    const row = element('li', {}, choose);
    if (item.file) row.append(removeButton(item));
    for (const event of ['pointerenter', 'focusin']) row.addEventListener(event, () => say(item));
    for (const event of ['pointerleave', 'focusout']) row.addEventListener(event, () => { says.hidden = true; });
    return { row, choose, seen, drawn: '' };
  }

  /** @param {File} file */
  function pictureOf(file) {
    const picture = element('canvas', { width: 2 * thumbnail.width, height: 2 * thumbnail.height });
    const seen = making.then(() => drawThumbnail(file, picture));
    making = seen;
    seen.then((good) => { if (!good) picture.replaceWith(element('span', { className: 'blank' }, endingOf(file.name))); });
    return { picture, seen };
  }

  /** @param {Item} item */
  function removeButton(item) {
    const words = `Remove ${item.name}`;
    const button = element('button', { type: 'button', className: 'remove', title: `${words} (Delete)`, tabIndex: -1 }, '\u00d7');
    button.setAttribute('aria-label', words);
    button.addEventListener('click', () => onRemove(item));
    return button;
  }

  /** Only a problem is worth the room; the rest is in the title. @param {Item} item */
  function say(item) {
    says.hidden = item.stage !== 'failed';
    says.textContent = wordsOf(item);
  }

  function draw() {
    scheduled = 0;
    const items = film().items();
    const current = film().current();
    for (const [item, { row }] of rows) {
      if (items.includes(item)) continue;
      row.remove();
      rows.delete(item);
    }
    for (const item of items) {
      const made = rows.get(item) ?? makeRow(item);
      if (!rows.has(item)) list.append(made.row);
      rows.set(item, made);
      drawRow(item, made, item === current, item === (current ?? items[0]));
    }
    if (current && current !== centred) rows.get(current)?.row.scrollIntoView({ block: 'nearest', inline: 'center' });
    centred = current;
    drawBatch();
  }

  /**
   * @param {Item} item
   * @param {{row: HTMLLIElement, choose: HTMLButtonElement, drawn: string}} made
   * @param {boolean} current
   * @param {boolean} stop of the Tab key
   */
  function drawRow(item, made, current, stop) {
    const words = wordsOf(item);
    const drawn = JSON.stringify([words, item.share, current, stop]);
    if (drawn === made.drawn) return;
    made.drawn = drawn;
    const { row, choose } = made;
    row.dataset.stage = item.stage;
    row.style.setProperty('--share', String(item.share));
    choose.title = words;
    choose.setAttribute('aria-label', words);
    choose.setAttribute('aria-pressed', String(current));
    choose.tabIndex = stop ? 0 : -1;
  }

  function drawBatch() {
    const { done, total } = progress();
    batch.hidden = total === 0;
    const words = `${done} of ${total}`;
    if (total === 0 || count.textContent === words) return;
    count.textContent = words;
    if (performance.now() - announced < patience) return;
    announced = performance.now();
    news.textContent = `${words} photos done`;
  }

  /** Moves the focus along the film; what can be shown is shown. @param {KeyboardEvent} event */
  function onKey(event) {
    if (event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return;
    const items = film().items();
    const at = items.findIndex((item) => rows.get(item)?.row.contains(document.activeElement));
    if (at < 0) return;
    if (event.key === 'Delete' && items[at].file) {
      onRemove(items[at]);
      draw();
      focus(film().items()[Math.min(at, film().items().length - 1)]);
    } else {
      const to = placeAfter(event.key, at, items.length);
      if (to === null) return;
      focus(items[to]);
      if (items[to].stage !== 'failed') onChoose(items[to]);
    }
    event.preventDefault();
    event.stopPropagation(); // the page has the same keys
  }

  /** @param {Item} item */
  const focus = (item) => rows.get(item)?.choose.focus();

  list.addEventListener('keydown', onKey);
  batch.querySelector('button')?.addEventListener('click', onStop);

  return {
    draw,

    /** Soon, with what else changes until then. */
    drawSoon() {
      scheduled ||= requestAnimationFrame(draw);
    },

    /** Whether this browser can decode it. @param {Item} item */
    async canShow(item) {
      if (!rows.has(item)) draw();
      return rows.get(item)?.seen ?? false;
    },

    /** @param {string} words */
    announce(words) {
      news.textContent = words;
    },
  };
}

/** @param {Item} item */
const samplePicture = ({ name }) =>
  ({ picture: element('img', { ...thumbnail, alt: '', src: new URL(`thumbs/${name}.jpg`, import.meta.url).href }), seen: Promise.resolve(true) });

/** In place of a thumbnail. @param {string} name */
const endingOf = (name) => /\.(\w{1,5})$/.exec(name)?.[1].toUpperCase() ?? '?';

/** @param {Item} item */
function wordsOf({ name, stage, problem }) {
  switch (stage) {
    case 'failed': return `${name}: ${problem}`;
    case 'waiting': return `${name}: waiting`;
    case 'working': return `${name}: at work`;
    default: return name;
  }
}

/** @param {string} key @param {number} at @param {number} count @returns {number | null} */
function placeAfter(key, at, count) {
  switch (key) {
    case 'ArrowLeft': return Math.max(0, at - 1);
    case 'ArrowRight': return Math.min(count - 1, at + 1);
    case 'Home': return 0;
    case 'End': return count - 1;
    default: return null;
  }
}
