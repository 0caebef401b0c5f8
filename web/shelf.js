// The known models: where each is, and how it gets here.
import { forgetPin, pin } from './check-model.js';
import { createDownload } from './fetch-model.js';
import { packedAddress } from './known-models.js';
import { isCancelled, wordsOf } from './scenes.js';
import * as store from './store.js';

/**
 * @typedef {import('./known-models.js').KnownModel} KnownModel
 * @typedef {import('./check-model.js').Failure} Failure
 *
 * @typedef {object} Place
 * @property {'page' | 'device' | 'memory' | 'away'} where memory: until this page closes
 * @property {number} bytes that it takes on this device
 * @property {import('./fetch-model.js').Progress | null} progress on its way
 * @property {string} note of something less than wanted
 * @property {{words: string, changed: string} | null} trouble why it is not here; changed: the address whose
 *   file is not the one of before
 */

/** As far as both are known. @param {string | undefined} known @param {string} kept */
const isSame = (known, kept) => !known || !kept || known === kept;

/**
 * @param {KnownModel[]} models
 * @param {(name: string) => void} onChange something about that model
 */
export function createShelf(models, onChange) {
  /** @type {Map<string, Place>} */
  const places = new Map();
  /** What waits for another try. @type {Map<string, ReturnType<typeof createDownload>>} */
  const downloads = new Map();
  /** @type {Map<string, AbortController>} */
  const underWay = new Map();
  /** What could not be kept. @type {Map<string, import('./fetch-model.js').Arrived>} */
  const loose = new Map();

  const placeOf = (/** @type {string} */ name) => /** @type {Place} */ (places.get(name));

  /** @param {string} name @param {Partial<Place>} fields */
  function change(name, fields) {
    places.set(name, { ...placeOf(name), ...fields });
    onChange(name);
  }

  /** What is kept, unless the list has another since. @param {KnownModel} model */
  async function kept({ name, sources = [] }) {
    const entry = await store.find(name);
    const source = sources.find(({ address }) => address === entry?.address);
    return entry && isSame(source?.sha256, entry.sha256) ? entry : null;
  }

  /** @param {KnownModel} model @returns {Promise<Pick<Place, 'where' | 'bytes'>>} */
  async function locate(model) {
    if (model.packed) return { where: 'page', bytes: 0 };
    const entry = await kept(model);
    if (entry) return { where: 'device', bytes: entry.bytes };
    return { where: loose.has(model.name) ? 'memory' : 'away', bytes: 0 };
  }

  async function refresh() {
    const found = await Promise.all(models.map(locate));
    for (const [i, model] of models.entries()) {
      const before = places.get(model.name) ?? { progress: null, note: '', trouble: null };
      places.set(model.name, { ...before, ...found[i] });
      onChange(model.name);
    }
  }

  /** @param {KnownModel} model @param {AbortSignal} signal */
  async function fetchAndKeep(model, signal) {
    const { name } = model;
    if (await kept(model)) return ''; // another page has it meanwhile
    const download = downloads.get(name) ?? createDownload(model);
    downloads.set(name, download);
    const onProgress = (/** @type {Place['progress']} */ progress) => change(name, { progress });
    const file = await download.run({ signal, onProgress });
    const note = await store.put(name, file.blob, file);
    if (note) loose.set(name, file);
    return note;
  }

  /**
   * @param {KnownModel} model
   * @returns {Promise<boolean>} whether it is here now
   */
  async function download(model) {
    const { name } = model;
    if (underWay.has(name)) return false;
    const stop = new AbortController();
    underWay.set(name, stop);
    const { signal } = stop;
    const begun = { done: 0, total: 0, rate: 0, note: '' };
    forgetPin(placeOf(name).trouble?.changed ?? ''); // the reader wants the new one
    change(name, { progress: begun, trouble: null, note: '' });
    store.askToPersist();
    try {
      const onWait = () => change(name, { progress: { ...begun, note: 'another page is fetching it: waiting' } });
      const note = await store.inTurn(name, { signal, onWait }, () => fetchAndKeep(model, signal));
      downloads.delete(name);
      change(name, { ...await locate(model), note });
      return true;
    } catch (error) {
      if (isCancelled(error)) downloads.delete(name);
      else change(name, { trouble: { words: wordsOf(error), changed: /** @type {Failure} */ (error).address ?? '' } });
      return false;
    } finally {
      underWay.delete(name);
      change(name, { progress: null });
    }
  }

  return {
    placeOf,
    refresh,
    download,

    /** @param {string} name */
    cancel: (name) => underWay.get(name)?.abort(new DOMException('Cancelled.', 'AbortError')),

    /** @param {KnownModel} model */
    async remove(model) {
      await store.remove(model.name);
      loose.delete(model.name);
      change(model.name, { ...await locate(model), note: '' });
    },

    /**
     * Its file, or the address of that; null where it would have to be fetched from elsewhere.
     * @param {KnownModel} model
     */
    async open(model) {
      const { name, packed } = model;
      if (packed) return packedAddress(packed);
      const entry = await kept(model);
      return await entry?.open() ?? loose.get(name)?.blob ?? null;
    },

    /** The engine has taken it. @param {KnownModel} model */
    async wasOfUse(model) {
      const file = await kept(model) ?? loose.get(model.name);
      if (file) pin(file.address, file.sha256);
    },

    /** What all of them take on this device, and what more would fit. */
    async space() {
      let taken = 0;
      for (const { bytes } of places.values()) taken += bytes;
      return { taken, room: await store.room() };
    },
  };
}
