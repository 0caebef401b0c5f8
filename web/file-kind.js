// Whether a file holds weights or a picture: by its name and type, else by its first bytes.

const weightsNames = ['.safetensors', '.pth', '.pt', '.bin', '.ckpt'];
const pictureNames = ['.jpg', '.jpeg', '.png', '.webp', '.gif', '.avif', '.bmp', '.heic', '.tif', '.tiff'];

/** @param {Blob} file a safetensors file: the length of its header, then that */
async function beginsAsSafetensors(file) {
  const start = new DataView(await file.slice(0, 9).arrayBuffer());
  return start.byteLength === 9 && start.getBigUint64(0, true) < BigInt(file.size) && start.getUint8(8) === 0x7b; // '{'
}

/** @param {Blob} file a zip, as torch.save writes it since 1.6, or the bare pickle of before */
async function beginsAsCheckpoint(file) {
  const [a, b, c, d] = new Uint8Array(await file.slice(0, 4).arrayBuffer());
  return (a === 0x50 && b === 0x4b && c === 3 && d === 4) || (a === 0x80 && b === 2);
}

/** What is not is left to the decoders of pictures, which say what is wrong with it. @param {Blob} file */
export const beginsAsWeights = async (file) => await beginsAsSafetensors(file) || beginsAsCheckpoint(file);

/**
 * What its name or type says that it is.
 * @param {File} file
 * @returns {'weights' | 'picture' | 'view' | 'unknown'} view: what Export saved with the maps
 */
export function kindByName({ name, type }) {
  const ending = /\.\w+$/.exec(name.toLowerCase())?.[0] ?? '';
  if (weightsNames.includes(ending)) return 'weights';
  if (ending === '.json') return 'view';
  return type.startsWith('image/') || pictureNames.includes(ending) ? 'picture' : 'unknown';
}

/** The first bytes of what browsers decode: JPEG, PNG, GIF, BMP, TIFF, WebP (RIFF) and AVIF or HEIC (ftyp). */
const pictureStarts = [/^\xff\xd8\xff/, /^\x89PNG/, /^GIF8/, /^BM/, /^II\*\0|^MM\0\*/, /^RIFF....WEBP/s, /^....ftyp/s];

/** @param {Blob} file */
async function beginsAsPicture(file) {
  const start = String.fromCharCode(...new Uint8Array(await file.slice(0, 12).arrayBuffer()));
  return pictureStarts.some((pattern) => pattern.test(start));
}

/** @param {File} file @returns {Promise<boolean>} as far as its name, its type or its first bytes tell */
export async function isPicture(file) {
  const kind = kindByName(file);
  if (kind !== 'unknown') return kind === 'picture';
  return beginsAsPicture(file).catch(() => false);
}
