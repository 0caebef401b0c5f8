// A link into the page: what its address asks for is shown as far as that can be, and what was ignored is
// said once.
import { applyFields } from './address.js';
import { sampleNames } from './intake.js';

/** @typedef {[number, number]} Patch row and column */

/**
 * @param {object} parts
 * @param {import('./address.js').Address} parts.address
 * @param {() => import('./viewer.js').Viewer} parts.viewer
 * @param {() => {rows: number, cols: number} | null} parts.grid of the photo on screen
 * @param {(words: string) => void} parts.say
 */
export function openLink({ address: { fields, problem }, viewer, grid, say }) {
  const { photo, query, explain, compare, ...settings } = fields;
  const isSample = sampleNames.some((name) => name === photo);
  /** The photo that patches are of, while it is not there. */
  let awaited = typeof photo === 'string' && !isSample ? photo : '';
  const words = [problem];

  /** @param {Record<string, unknown>} some */
  function apply(some) {
    words.push(applyFields(viewer(), some));
  }

  /** Of the photo on screen. */
  function applyPatches() {
    const of = grid();
    for (const [name, patch] of Object.entries({ query, explain })) {
      if (patch === undefined) continue;
      if (of && isPatch(patch) && !isWithin(patch, of)) {
        words.push(`The link's ${name === 'query' ? 'patch' : 'patch to explain'} in row ${patch[0]}, column ${patch[1]} ` +
          `is outside of this photo's ${of.rows} x ${of.cols} patches and was ignored.`);
      } else {
        apply({ [name]: patch });
      }
    }
  }

  /** Each word once. */
  function tell() {
    const all = words.splice(0).filter(Boolean).join(' ');
    if (all) say(all);
  }

  return {
    /** Of the sample that it names; '': none. */
    sample: isSample ? String(photo) : '',
    model: typeof settings.model === 'string' ? settings.model : '',

    /** All but what needs a photo, or another engine. @param {string} model that is there */
    applySettings(model) {
      const unfit = Object.entries({ photo, compare }).filter(([, name]) => name !== undefined && typeof name !== 'string');
      apply({ ...settings, ...(typeof settings.model === 'string' && { model }), ...Object.fromEntries(unfit) });
    },

    /** The first photo is there. @param {string} name */
    applyPhoto(name) {
      if (awaited) words.push(missingPhoto(awaited, name));
      else applyPatches();
      tell();
    },

    /** Another photo is on screen: maybe the one that the link is of. @param {string} name */
    photoShown(name) {
      if (name !== awaited) return;
      awaited = '';
      applyPatches();
      tell();
    },

    /** The second model, at last. */
    applyCompare() {
      if (typeof compare === 'string') apply({ compare });
    },
  };
}

/** @param {string} name @param {string} shown */
function missingPhoto(name, shown) {
  if (name === 'camera') return `The link is of a camera's picture, which is not in it: press Camera, or see the sample ${shown} here.`;
  const short = name.length > 60 ? `${name.slice(0, 59)}\u2026` : name;
  return `The link is of the photo ${short}, which is not in it: open that file to see it; until then this is the sample ${shown}.`;
}

/** @param {unknown} patch @returns {patch is Patch} */
const isPatch = (patch) => Array.isArray(patch) && patch.length === 2 && patch.every(Number.isInteger);

/** @param {Patch} patch @param {{rows: number, cols: number}} grid */
const isWithin = ([row, col], { rows, cols }) => row >= 0 && row < rows && col >= 0 && col < cols;
