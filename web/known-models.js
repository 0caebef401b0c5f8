// The models that the page knows, as weights/models.json lists them.

/**
 * @typedef {'dino' | 'antialias' | 'resize'} PositionRule
 *
 * @typedef {object} Source
 * @property {string} address
 * @property {number} bytes about, where there is no sha256
 * @property {string} [sha256]
 * @property {string} [sha256_prefix] what is known of it, where the length is not
 *
 * @typedef {object} KnownModel
 * @property {string} name as ViewState names it
 * @property {string} title
 * @property {string} about one sentence
 * @property {number} patch side in pixels
 * @property {number} width
 * @property {number} layers
 * @property {number} heads
 * @property {number} registers
 * @property {string} licence
 * @property {[number, number, number]} mean
 * @property {[number, number, number]} std
 * @property {'bilinear' | 'bicubic'} filter
 * @property {PositionRule} position
 * @property {Source[]} [sources] where its file is, best first
 * @property {{file: string, bytes: number, sha256: string}} [packed] beside the page, which then needs no source
 */

/** What the page starts with. */
export const bundledName = 'dino-vitt8-reg4';

const listAddress = new URL('./weights/models.json', import.meta.url);

/** @returns {Promise<KnownModel[]>} */
export async function fetchKnownModels() {
  const response = await fetch(listAddress).catch(() => null);
  const list = response?.ok ? await response.json().catch(() => null) : null;
  if (!Array.isArray(list?.models)) throw new Error('The list of models could not be loaded: reload the page.');
  return list.models;
}

/** Bundlers find the file by just these words, and give it another name than the list has. @type {Record<string, URL>} */
const bundled = {
  'dino-vitt8-reg4.safetensors': new URL('./weights/dino-vitt8-reg4.safetensors', import.meta.url),
};

/** The list names files as seen from itself. @param {NonNullable<KnownModel['packed']>} packed */
export const packedAddress = ({ file }) => (bundled[file] ?? new URL(file, listAddress)).href;

/** Of the file that would come here. @param {KnownModel} model */
export const downloadBytes = ({ packed, sources }) => packed?.bytes ?? sources?.[0]?.bytes ?? 0;

/** @param {number} bytes @returns {string} '87 MB' */
export function sizeWords(bytes) {
  if (bytes >= 995e6) return `${(bytes / 1e9).toFixed(1)} GB`;
  const megabytes = bytes / 1e6;
  return `${megabytes < 9.95 ? megabytes.toFixed(1) : Math.round(megabytes)} MB`;
}
