// Maps that were computed, kept so that going back to a photo is instant.
import { isSameInput } from './runner.js';

/**
 * @typedef {import('./viewer.js').Maps} Maps
 * @typedef {import('./runner.js').Input} Input
 * @typedef {import('./runner.js').Runner} Runner
 */

const maxBytes = 200e6;

export function createKeptMaps(limit = maxBytes) {
  /** The last used last. @type {{runner: Runner, input: Input, maps: Maps}[]} */
  let entries = [];

  return {
    /** @param {Runner} runner @param {Input} input @returns {Maps | null} */
    find(runner, input) {
      const found = entries.find((entry) => entry.runner === runner && isSameInput(entry.input, input));
      if (!found) return null;
      entries = [...entries.filter((entry) => entry !== found), found];
      return found.maps;
    },

    /** @param {Runner} runner @param {Input} input @param {Maps} maps */
    keep(runner, input, maps) {
      entries = entries.filter((entry) => entry.runner !== runner || !isSameInput(entry.input, input));
      entries.push({ runner, input, maps });
      let bytes = 0;
      const fits = entries.findLastIndex((entry) => (bytes += entry.maps.cls.byteLength) > limit);
      entries = entries.slice(Math.min(fits + 1, entries.length - 1));
    },

    /** Its model is another now, or gone. @param {Runner} runner */
    forgetRunner(runner) {
      entries = entries.filter((entry) => entry.runner !== runner);
    },

    /** @param {import('./intake.js').Photo} photo */
    forgetPhoto(photo) {
      entries = entries.filter((entry) => entry.input.photo !== photo);
    },
  };
}
