// Photos on their way into the page: by drop, paste, picker or sample, and decoded for the viewer.

/**
 * @typedef {object} Photo
 * @property {string} name of a sample, or of the reader's file
 * @property {Blob | ImageBitmap} file
 * @property {ImageBitmap | null} picture upright; alpha is premultiplied; null: the browser cannot
 *   decode the file
 * @property {boolean} sample
 */

export const sampleNames = ['chelsea', 'astronaut', 'coffee', 'raccoon', 'rocket'];

/** Above this a picture is shrunk for the screen; the network sees all of it. */
const maxSide = 4096;

/** @param {string} name */
export async function openSample(name) {
  const response = await fetch(`samples/${name}.jpg`);
  if (!response.ok) throw new Error(`The sample photo ${name} could not be loaded: reload the page.`);
  return openPhoto(await response.blob(), name, true);
}

/**
 * @param {Blob} file
 * @param {string} name
 * @returns {Promise<Photo>}
 */
export async function openPhoto(file, name, sample = false) {
  return { name, file, picture: await decode(file).catch(() => null), sample };
}

/** @param {Blob} file */
async function decode(file) {
  /** @type {ImageBitmapOptions} */
  const upright = { imageOrientation: 'from-image', premultiplyAlpha: 'premultiply' };
  const picture = await createImageBitmap(file, upright);
  const shrink = maxSide / Math.max(picture.width, picture.height);
  if (shrink >= 1) return picture;
  const side = (/** @type {number} */ pixels) => Math.max(1, Math.round(pixels * shrink));
  const smaller = await createImageBitmap(picture, {
    resizeHeight: side(picture.height), resizeWidth: side(picture.width), resizeQuality: 'high',
    premultiplyAlpha: 'premultiply',
  });
  picture.close();
  return smaller;
}

/**
 * Calls onFile for every file that is dropped, pasted or picked.
 * @param {{input: HTMLInputElement, button: HTMLElement, dropSign: HTMLElement}} elements
 * @param {(file: File) => void} onFile
 */
export function takeFiles({ input, button, dropSign }, onFile) {
  const takeFirst = (/** @type {FileList | null | undefined} */ files) => {
    if (files?.[0]) onFile(files[0]);
  };
  button.addEventListener('click', () => input.click());
  input.addEventListener('change', () => {
    takeFirst(input.files);
    input.value = ''; // so that the same file can be picked again
  });
  document.addEventListener('paste', (event) => takeFirst(event.clipboardData?.files));

  const carriesFiles = (/** @type {DragEvent} */ event) => event.dataTransfer?.types.includes('Files') ?? false;
  document.addEventListener('dragover', (event) => {
    if (!carriesFiles(event)) return;
    event.preventDefault();
    dropSign.hidden = false;
  });
  document.addEventListener('dragleave', (event) => {
    if (event.relatedTarget === null) dropSign.hidden = true;
  });
  document.addEventListener('drop', (event) => {
    dropSign.hidden = true;
    if (!carriesFiles(event)) return;
    event.preventDefault();
    takeFirst(event.dataTransfer?.files);
  });
}
