// Many photos, one after the other, behind what is on screen.
import { shareOf } from './film.js';
import { cancelled, isCancelled, undecodable, wordsOf } from './scenes.js';

/**
 * @typedef {import('./film.js').Item} Item
 *
 * @typedef {object} Parts
 * @property {import('./film.js').Film} film
 * @property {import('./runner.js').Runner} runner
 * @property {ReturnType<typeof import('./kept.js').createKeptMaps>} kept
 * @property {() => import('./runner.js').Sizing} sizing
 * @property {(item: Item) => Promise<boolean>} canShow whether this browser can decode it
 * @property {(items: Item[]) => void} onEnd all of them are done, have failed, or were stopped
 */

/** @param {Parts} parts */
export function createBatch({ film, runner, kept, sizing, canShow, onEnd }) {
  /** All of it, to its end. @type {Item[]} */
  let items = [];
  let work = new AbortController();
  let running = false;

  const isOpen = (/** @type {Item} */ item) => item.stage === 'waiting' || item.stage === 'working';
  const nextWaiting = () => items.find((item) => item.stage === 'waiting');

  async function workThrough() {
    if (running) return;
    running = true;
    const { signal } = work;
    while (!signal.aborted) {
      await runner.free();
      const item = nextWaiting();
      if (!item) break;
      await runOne(item, signal);
    }
    running = false;
    if (items.some(isOpen)) return void workThrough(); // others came after a stop
    const all = items;
    items = [];
    if (all.length > 0) onEnd(all);
  }

  /** @param {Item} item @param {AbortSignal} signal */
  async function runOne(item, signal) {
    film.mark(item, { stage: 'working', share: 0 });
    try {
      const input = { photo: await film.photoOf(item), ...sizing() };
      const onProgress = (/** @type {import('./protocol.js').Progress} */ how) => film.mark(item, { share: shareOf(how) });
      const maps = kept.find(runner, input) ?? await runner.runBehind(input, { signal, onProgress });
      if (!await canShow(item)) throw new Error(undecodable);
      kept.keep(runner, input, maps);
      film.mark(item, { stage: 'done' });
    } catch (error) {
      if (!isCancelled(error)) film.mark(item, { stage: 'failed', problem: wordsOf(error) });
      else if (item.stage === 'working') film.mark(item, { stage: signal.aborted ? 'idle' : 'waiting' });
    }
  }

  return {
    /** @param {Item[]} added */
    add(added) {
      if (work.signal.aborted) work = new AbortController();
      items = [...items, ...added];
      for (const item of added) film.mark(item, { stage: 'waiting', problem: '' });
    },

    /** Once what is to be on screen is. */
    workThrough,

    /** What was not reached stays as a photo that nobody asked for. */
    stop() {
      work.abort(cancelled());
      for (const item of items.filter(isOpen)) film.mark(item, { stage: 'idle' });
    },

    /** @param {Item} item */
    remove(item) {
      items = items.filter((other) => other !== item);
    },

    /** @param {Item} item */
    has: (item) => items.includes(item),

    progress: () => ({ done: items.filter((item) => !isOpen(item)).length, total: items.length }),
  };
}
