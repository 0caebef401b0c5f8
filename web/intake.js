// Photos on their way into the page: fetched or given, and decoded for the viewer.

/**
 * @typedef {object} Photo
 * @property {string} name of a sample, or of the reader's file
 * @property {Blob | ImageBitmap} file
 * @property {ImageBitmap | null} picture upright; alpha is premultiplied; null: it is not decoded now, or
 *   the browser cannot
 * @property {boolean} sample
 */

export const sampleNames = ['chelsea', 'astronaut', 'coffee', 'raccoon', 'rocket'];

/** Above this a picture is shrunk for the screen; the network sees all of it. */
const maxSide = 4096;

/** Bytes of pictures that stay decoded. */
const maxDecoded = 128e6;

/** @param {string} name @returns {Promise<Photo>} */
export async function fetchSample(name) {
  const response = await fetch(new URL(`samples/${name}.jpg`, import.meta.url));
  if (!response.ok) throw new Error(`The sample photo ${name} could not be loaded: reload the page.`);
  return { name, file: await response.blob(), picture: null, sample: true };
}

/** @param {File} file @returns {Photo} */
export const photoOf = (file) => ({ name: file.name, file, picture: null, sample: false });

/**
 * The pictures of photos, of which the last few stay decoded.
 * @param {(photo: Photo) => boolean} isHeld its picture is on screen
 */
export function createPictures(isHeld) {
  /** With a picture, the last used last. @type {Set<Photo>} */
  const decoded = new Set();

  /** @param {Photo} photo */
  function close(photo) {
    photo.picture?.close();
    photo.picture = null;
    decoded.delete(photo);
  }

  function makeRoom() {
    let bytes = 0;
    for (const photo of [...decoded].reverse()) {
      bytes += photo.picture ? 4 * photo.picture.height * photo.picture.width : 0;
      if (bytes > maxDecoded && !isHeld(photo)) close(photo);
    }
  }

  return {
    /** Decodes what the browser can. @param {Photo} photo */
    async open(photo) {
      if (!photo.picture) {
        const picture = photo.file instanceof Blob ? await decode(photo.file).catch(() => null) : null;
        if (photo.picture) picture?.close(); // another call was faster
        else photo.picture = picture;
      }
      decoded.delete(photo);
      decoded.add(photo);
      makeRoom();
      return photo;
    },

    close,
  };
}

/** @type {ImageBitmapOptions} */
const upright = { imageOrientation: 'from-image', premultiplyAlpha: 'premultiply' };

/** @param {Blob} file */
async function decode(file) {
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
 * The middle of a picture, as large as the canvas.
 * @param {Blob} file
 * @param {HTMLCanvasElement} canvas
 * @returns {Promise<boolean>} whether the browser can decode it
 */
export async function drawThumbnail(file, canvas) {
  const picture = await createImageBitmap(file, upright).catch(() => null);
  if (!picture) return false;
  const zoom = Math.max(canvas.width / picture.width, canvas.height / picture.height);
  const width = canvas.width / zoom;
  const height = canvas.height / zoom;
  const context = canvas.getContext('2d');
  if (context) context.imageSmoothingQuality = 'high';
  context?.drawImage(picture, (picture.width - width) / 2, (picture.height - height) / 2, width, height,
    0, 0, canvas.width, canvas.height);
  picture.close();
  return true;
}
