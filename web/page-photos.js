// The page's photos: what comes in, what is on screen, and what is computed behind it.
import { takeFiles } from './arrivals.js';
import { createBatch } from './batch.js';
import { typing } from './canvas-input.js';
import { beginsAsWeights, isPicture, kindByName } from './file-kind.js';
import { createFilm, shareOf } from './film.js';
import { createFilmstrip } from './filmstrip.js';
import { createPictures, sampleNames } from './intake.js';
import { isCancelled, wordsOf } from './scenes.js';

/**
 * @typedef {import('./film.js').Item} Item
 * @typedef {import('./intake.js').Photo} Photo
 * @typedef {import('./scenes.js').Outcome} Outcome
 *
 * @typedef {object} Parts
 * @property {() => import('./runner.js').Sizing} sizing of the view
 * @property {import('./runner.js').Runner} runner
 * @property {ReturnType<typeof import('./kept.js').createKeptMaps>} kept
 * @property {() => ReturnType<typeof import('./scenes.js').createScenes>} scenes
 * @property {ReturnType<typeof import('./notices.js').messageBox>} message
 * @property {import('./filmstrip.js').Elements} elements
 * @property {(file: File) => Promise<unknown>} takeWeights
 * @property {(file: File) => Promise<unknown>} takeView what Export saved
 * @property {() => void} beforeShow
 */

/** @param {Parts} parts */
export function createPagePhotos({ sizing, runner, kept, scenes, message, elements, takeWeights, takeView, beforeShow }) {
  const film = createFilm(sampleNames, () => strip.drawSoon());
  const pictures = createPictures((photo) => scenes().shown()?.photo === photo);
  const batch = createBatch({ film, runner, kept, sizing, canShow: (item) => strip.canShow(item), onEnd: report });
  const strip = createFilmstrip({
    elements, film: () => film, progress: batch.progress, onChoose: (item) => show(item), onRemove: remove, onStop: batch.stop,
  });
  strip.draw();
  /** What the last drop had beside photos. */
  let note = '';

  /** @param {Item} item */
  const open = async (item) => pictures.open(await film.photoOf(item));

  const itemOnScreen = () => film.itemOf(scenes().shown()?.photo ?? null);

  /** @param {Item} item @returns {Promise<Outcome>} */
  async function show(item) {
    beforeShow();
    film.setCurrent(item);
    const outcome = await scenes().show(open(item), sizing());
    if (outcome === 'failed' || outcome === 'cancelled') film.setCurrent(itemOnScreen());
    return outcome;
  }

  /** @param {Photo | null} photo @param {Outcome} outcome @param {unknown} [error] */
  function ended(photo, outcome, error) {
    const item = film.itemOf(photo);
    const onScreen = scenes().shown()?.photo === photo;
    if (item && outcome === 'shown') film.mark(item, { stage: 'done' });
    else if (item && outcome === 'failed' && !onScreen) film.mark(item, { stage: 'failed', problem: wordsOf(error) });
    else if (item?.stage === 'working') film.mark(item, { stage: onScreen ? 'done' : batch.has(item) ? 'waiting' : 'idle' });
    if (outcome === 'cancelled') batch.stop();
    if (outcome === 'failed' && !(item && batch.has(item))) message.show(wordsOf(error));
  }

  /** @param {File} file */
  async function takeOne(file) {
    const kind = kindByName(file);
    if (kind === 'view') return takeView(file);
    const isModel = kind === 'weights' || (kind === 'unknown' && await beginsAsWeights(file).catch(() => false));
    if (isModel) return takeWeights(file);
    const [item] = film.add([file]);
    if (await show(item) === 'failed') film.remove(item); // the message has said it all
  }

  /** @param {File[]} files @param {number} leftOut */
  async function takeMany(files, leftOut) {
    const photos = await Promise.all(files.map(isPicture));
    note = noteOn(files.filter((_, i) => !photos[i]), leftOut);
    const items = film.add(files.filter((_, i) => photos[i]));
    batch.add(items);
    strip.announce(`${items.length} photos added`);
    for (const item of items) {
      if (item.stage !== 'waiting' || await show(item) !== 'failed') break;
    }
    if (note) message.show(note);
    await batch.workThrough();
  }

  /** @param {File[]} files photos, weights or a view @param {number} [leftOut] */
  function take(files, leftOut = 0) {
    const taken = files.length === 1 ? takeOne(files[0]) : takeMany(files, leftOut);
    taken.catch((error) => { if (!isCancelled(error)) message.show(wordsOf(error)); });
  }

  /** @param {Item[]} items */
  function report(items) {
    const failed = items.filter(({ stage }) => stage === 'failed');
    const done = items.filter(({ stage }) => stage === 'done');
    strip.drawSoon();
    strip.announce(`${done.length} of ${items.length} photos done, ${failed.length} failed`);
    if (failed.length > 0) message.show([note, failedWords(failed, items.length)].filter(Boolean).join(' '));
    note = '';
    if (!scenes().shown()?.passing) scenes().prepare();
  }

  /** @param {Item} item */
  function remove(item) {
    const wasCurrent = film.current() === item;
    const next = film.next(1) ?? film.next(-1);
    batch.remove(item);
    film.remove(item);
    if (wasCurrent && next) show(next);
    if (!item.photo) return;
    kept.forgetPhoto(item.photo);
    if (scenes().shown()?.photo !== item.photo) pictures.close(item.photo);
  }

  /** @param {1 | -1} by */
  function step(by) {
    const next = film.next(by);
    if (next) show(next);
  }

  document.addEventListener('keydown', (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.shiftKey || typing(event.target)) return;
    if (event.key === 'ArrowLeft') step(-1);
    if (event.key === 'ArrowRight') step(1);
  });

  return {
    film,
    ended,
    stop: batch.stop,

    /** @param {string} name of a sample */
    async openSample(name) {
      const item = film.sample(name);
      if (!item) throw new Error(`There is no sample photo ${name}.`);
      film.setCurrent(item);
      return open(item);
    },

    /** @param {string} name of a sample */
    async showSample(name) {
      const item = film.sample(name);
      if (item) await show(item);
    },

    take,

    /** @param {{input: HTMLInputElement, button: HTMLElement, dropSign: HTMLElement}} sources */
    takeFrom: (sources) => takeFiles(sources, take),

    /** @param {Photo} photo @param {import('./protocol.js').Progress} how */
    onProgress(photo, how) {
      const item = film.itemOf(photo);
      if (item) film.mark(item, { stage: 'working', share: shareOf(how) });
    },

    /** With another model, or at another size, all that was computed counts no more. */
    refresh() {
      for (const item of film.items()) {
        if (item.stage === 'waiting' || item.stage === 'working') continue;
        const known = item.photo && kept.find(runner, { photo: item.photo, ...sizing() });
        film.mark(item, { stage: known ? 'done' : 'idle', problem: '' });
      }
    },

    /** The name of the reader's own photo that is on screen; '' where it is none. */
    ownName() {
      const scene = scenes().shown();
      return scene && !scene.photo.sample && !scene.passing ? scene.photo.name : '';
    },
  };
}

/** @param {string[]} names */
export function listOf(names) {
  const shown = names.slice(0, 3).join(', ');
  return names.length > 3 ? `${shown} and ${names.length - 3} more` : shown;
}

/** @param {File[]} others @param {number} leftOut */
function noteOn(others, leftOut) {
  const names = listOf(others.map(({ name }) => name));
  const skipped = others.length === 1 ? `${names} is no photo and was left out.`
    : others.length > 1 ? `${others.length} files are no photos and were left out: ${names}.` : '';
  const many = leftOut ? `${leftOut} more files were too many at once: drop them later.` : '';
  return [skipped, many].filter(Boolean).join(' ');
}

/** @param {Item[]} failed @param {number} count of all */
function failedWords(failed, count) {
  if (failed.length === 1) return `${failed[0].name}: ${failed[0].problem}`;
  const [{ problem }] = failed;
  const which = failed.length === count ? `None of ${count} photos could be shown` : `${failed.length} of ${count} photos could not be shown`;
  if (failed.every((item) => item.problem === problem)) return `${which}: ${problem}`;
  return `${which}: ${listOf(failed.map(({ name }) => name))}; point at one of them to read why.`;
}
