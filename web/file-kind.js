// Whether a file holds weights or a picture: by its name and type, else by its first bytes.

/** The names that weights have, for the file picker and for drops. */
export const weightsNames = ['.safetensors', '.pth', '.pt', '.bin', '.ckpt'];

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

/** @param {Blob} file */
export const beginsAsWeights = async (file) => await beginsAsSafetensors(file) || beginsAsCheckpoint(file);

/**
 * What is neither is left to the decoders of pictures, which say what is wrong with it.
 * @param {File} file
 */
export async function holdsWeights(file) {
  const name = file.name.toLowerCase();
  if (weightsNames.some((ending) => name.endsWith(ending))) return true;
  if (file.type.startsWith('image/')) return false;
  return beginsAsWeights(file).catch(() => false);
}
