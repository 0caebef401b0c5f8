// The dialog of what can leave the page: pictures, numbers, outlines and a link.
import { announcement } from './describe.js';
import { svgOf } from './export-contours.js';
import { mapsName, save, viewName } from './export-file.js';
import { arraysOf, factsOf, jsonOf, npzOf } from './export-maps.js';
import { headFiles, pictureFile } from './export-picture.js';
import { stripWords } from './export-strip.js';
import { wordsOf } from './scenes.js';
import { zip } from './zip.js';

/**
 * @typedef {import('./export-file.js').Exported} Exported
 *
 * @typedef {object} Parts
 * @property {HTMLDialogElement} dialog
 * @property {import('./viewer.js').Viewer} viewer
 * @property {() => Exported | null} exported null before the first maps
 * @property {() => Promise<Float32Array | null>} rollout that is shown, if one is
 * @property {() => string} address that opens the same view
 */

/** The browser paints what was said before the work goes on. */
const painted = () => new Promise((resolve) => setTimeout(resolve));

/** @param {Parts} parts */
export function createExport({ dialog, viewer, exported, rollout, address }) {
  const find = (/** @type {string} */ selector) => /** @type {HTMLElement} */ (dialog.querySelector(selector));
  const says = find('.says');
  const captionWanted = /** @type {HTMLInputElement} */ (find('[name=caption]'));
  const link = /** @type {HTMLInputElement} */ (find('[name=link]'));

  const scaleWanted = () => Number(/** @type {HTMLInputElement} */ (find('[name=scale]:checked')).value);

  function now() {
    const what = exported();
    if (!what) throw new Error('There is no picture yet: wait for the first maps.');
    return what;
  }

  /** @param {Exported} what */
  const words = (what) => (captionWanted.checked ? stripWords(what, viewer.headColours(what.views[0].maps.heads)) : null);

  /** @param {number} scale */
  const picture = (scale) => pictureFile(viewer, scale, words(now()));

  /** @param {Awaited<ReturnType<typeof picture>>} drawn @param {number} wanted */
  function sizeWords({ size: { height, width }, scale }, wanted) {
    const size = `${width} \u00d7 ${height} pixels`;
    return scale === wanted ? size : `${size}, the largest that this browser can draw`;
  }

  async function savePng() {
    const scale = scaleWanted();
    const name = `${viewName(now())}${scale === 1 ? '' : `-${scale}x`}.png`;
    const drawn = await picture(scale);
    save(drawn.blob, name);
    return `Saved ${name}, ${sizeWords(drawn, scale)}.`;
  }

  /** The clipboard wants to be asked while the click is fresh: it gets a promise of the picture. */
  async function copyPicture() {
    const scale = scaleWanted();
    const drawing = picture(scale);
    await toClipboard(() => navigator.clipboard.write([
      new ClipboardItem({ 'image/png': drawing.then(({ blob }) => blob) }),
    ]), 'The browser did not let the picture into the clipboard: allow it for this page, or save the PNG.');
    return `Copied the picture, ${sizeWords(await drawing, scale)}.`;
  }

  async function saveHeads() {
    const what = now();
    const { heads } = what.views[0].maps;
    const files = await headFiles(viewer, heads, (head) => say(`Drawing head ${head} of ${heads}.`));
    const name = `${viewName(what)}-heads.zip`;
    save(zip(files), name);
    return `Saved ${name}, ${heads} ${heads === 1 ? 'picture' : 'pictures'}.`;
  }

  /**
   * @param {string} ending
   * @param {typeof npzOf} encode
   */
  async function saveMaps(ending, encode) {
    const what = now();
    const arrays = arraysOf(what, await rollout());
    const name = `${mapsName(what)}.${ending}`;
    save(encode(arrays, factsOf(what)), name);
    return `Saved ${name}: ${arrays.map((array) => `${array.name} (${array.shape.join(', ')})`).join(', ')}.`;
  }

  async function saveContours() {
    const what = now();
    /** @type {import('./export-contours.js').Contour[]} */
    const all = Reflect.get(viewer, 'contours')?.(0) ?? [];
    const contours = all.filter(({ path }) => path);
    if (contours.length === 0) throw new Error('Nothing is outlined: lower "Keep mass" below 100 %, then save the outlines again.');
    const name = `${viewName(what)}-contours.svg`;
    save(svgOf(contours, viewer.photoSize(), announcement({ ...what, maps: what.views[0].maps, scores: new Float32Array() })), name);
    return `Saved ${name}, ${contours.length} ${contours.length === 1 ? 'head' : 'heads'}.`;
  }

  async function copyLink() {
    link.value = address();
    await toClipboard(() => navigator.clipboard.writeText(link.value),
      'The browser did not let the link into the clipboard: it stands in the field, to be copied from there.');
    return isOwnPhoto(now()) ? 'Copied. It opens this view with a sample: your own photo stays here.' : 'Copied the link.';
  }

  const isOwnPhoto = (/** @type {Exported} */ { state }) => state.photo === '';

  const say = (/** @type {string} */ text) => { says.textContent = text; };

  /** @param {HTMLElement} button @param {() => Promise<string>} act */
  function onPress(button, act) {
    button.addEventListener('click', async () => {
      dialog.toggleAttribute('data-busy', true);
      say('Working \u2026');
      await painted();
      try {
        say(await act());
      } catch (error) {
        say(wordsOf(error));
      } finally {
        dialog.toggleAttribute('data-busy', false);
      }
    });
  }

  function showSizes() {
    const { height, width } = viewer.photoSize();
    for (const input of /** @type {NodeListOf<HTMLInputElement>} */ (dialog.querySelectorAll('[name=scale]'))) {
      const scale = Number(input.value);
      const label = /** @type {HTMLElement} */ (input.nextElementSibling);
      label.textContent = `${scale}x \u00b7 ${width * scale} \u00d7 ${height * scale}`;
    }
  }

  onPress(find('.png'), savePng);
  onPress(find('.copy'), copyPicture);
  onPress(find('.heads'), saveHeads);
  onPress(find('.npz'), () => saveMaps('npz', npzOf));
  onPress(find('.json'), () => saveMaps('json', jsonOf));
  onPress(find('.svg'), saveContours);
  onPress(find('.copy-link'), copyLink);
  link.addEventListener('focus', () => link.select());

  return {
    show() {
      if (dialog.open) return;
      say('');
      showSizes();
      link.value = address();
      dialog.showModal();
    },
    copyPicture,
    savePng,
  };
}

/** @param {() => Promise<void>} write @param {string} refused what is said then */
async function toClipboard(write, refused) {
  try {
    await write();
  } catch {
    throw new Error(refused);
  }
}
