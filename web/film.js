// The photos that the page has: the samples, then the reader's own, each with how far it is.
import { fetchSample, photoOf } from './intake.js';

/**
 * @typedef {import('./intake.js').Photo} Photo
 *
 * @typedef {'idle' | 'waiting' | 'working' | 'done' | 'failed'} Stage idle: nobody has asked for it yet
 *
 * @typedef {object} Item
 * @property {string} name
 * @property {File | null} file null: a sample
 * @property {Photo | null} photo null: a sample that was not fetched yet
 * @property {Stage} stage
 * @property {number} share of the work that is done, 0..1, while at work
 * @property {string} problem why it failed
 */

/**
 * @param {string[]} samples
 * @param {() => void} onChange of the list, an item, or which is the current one
 */
export function createFilm(samples, onChange) {
  /** @type {Item[]} */
  let items = samples.map((name) => itemOf(name, null));
  /** @type {Item | null} */
  let current = null;

  return {
    items: () => items,
    current: () => current,

    /** @param {Item | null} item */
    setCurrent(item) {
      current = item;
      onChange();
    },

    /** @param {File[]} files */
    add(files) {
      const added = files.map((file) => itemOf(file.name, file));
      items = [...items, ...added];
      onChange();
      return added;
    },

    /** @param {Item} item */
    remove(item) {
      items = items.filter((other) => other !== item);
      if (current === item) current = null;
      onChange();
    },

    /** @param {Item} item @param {Partial<Pick<Item, 'stage' | 'share' | 'problem'>>} how */
    mark(item, how) {
      Object.assign(item, how);
      onChange();
    },

    /** @param {Photo | null} photo */
    itemOf: (photo) => items.find((item) => photo && item.photo === photo) ?? null,

    /** @param {string} name */
    sample: (name) => items.find((item) => !item.file && item.name === name) ?? null,

    /** @param {Item} item */
    photoOf: async (item) => (item.photo ??= await fetchSample(item.name)),

    /**
     * The next that can be shown, from the current one on.
     * @param {1 | -1} step
     * @returns {Item | null}
     */
    next(step) {
      const from = current ? items.indexOf(current) : -1;
      for (let at = from + step; at >= 0 && at < items.length; at += step) {
        if (items[at].stage !== 'failed') return items[at];
      }
      return null;
    },
  };
}

/** @typedef {ReturnType<typeof createFilm>} Film */

/** @param {string} name @param {File | null} file @returns {Item} */
const itemOf = (name, file) =>
  ({ name, file, photo: file && photoOf(file), stage: 'idle', share: 0, problem: '' });

/** How far the network is. @param {import('./protocol.js').Progress} progress */
export const shareOf = ({ stage, done, total }) => (stage === 'network' && total ? done / total : 0);
