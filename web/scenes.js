// Photos and their maps: from the engine to the viewer, with what is on screen kept until the next
// is there. A second model, while there is one, gets the same photos after the first.
import { isSameInput } from './runner.js';

/**
 * @typedef {import('./intake.js').Photo} Photo
 * @typedef {import('./runner.js').Runner} Runner
 * @typedef {import('./runner.js').Input} Input
 * @typedef {import('./runner.js').Sizing} Sizing
 * @typedef {import('./protocol.js').Progress} Progress
 * @typedef {import('./viewer.js').Maps} Maps
 * @typedef {[number, number]} Patch row and column
 * @typedef {{patch: Patch, scores: Float32Array}} Answer
 *
 * @typedef {object} View what one model makes of a photo: a pane of the viewer
 * @property {Runner} runner
 * @property {Maps} maps
 * @property {Answer | null} answer to the last query
 * @property {boolean} [outdated] the runner has another model now
 *
 * @typedef {object} SceneParts
 * @property {View[]} views
 * @property {boolean} [passing] a frame of the camera, closed once it is gone
 *
 * @typedef {Input & SceneParts} Scene a photo on screen
 *
 * @typedef {'shown' | 'failed' | 'cancelled' | 'replaced'} Outcome of the wish to show a photo; cancelled by
 *   the reader, replaced by another wish
 *
 * @typedef {object} Frame of the camera, with its maps
 * @property {ImageBitmap} picture
 * @property {Maps} maps
 * @property {Sizing} sizing
 * @property {Answer | null} answer
 *
 * @typedef {object} Parts
 * @property {import('./viewer.js').Viewer} viewer
 * @property {Runner} first the page's model
 * @property {ReturnType<typeof import('./kept.js').createKeptMaps>} kept
 * @property {ReturnType<typeof import('./notices.js').messageBox>} message
 * @property {ReturnType<typeof import('./notices.js').progressBar>} progress
 * @property {(error: unknown) => void} onSecondFailed where the first model could; to call close
 * @property {(photo: Photo | null, outcome: Outcome, error?: unknown) => void} onOutcome null: it could not be had
 * @property {(photo: Photo, how: Progress) => void} [onProgress] of the first model
 * @property {() => void} onDrawn other maps are on screen
 */

/** @param {unknown} error */
export const isCancelled = (error) => error instanceof DOMException && error.name === 'AbortError';

export const cancelled = () => new DOMException('Cancelled.', 'AbortError');

/** @param {unknown} error */
export const wordsOf = (error) => (error instanceof Error ? error.message : String(error));

/** What the engine has read all the same. */
export const undecodable = 'This browser cannot show this kind of picture: save it as JPEG or PNG.';

/** @param {Parts} parts */
export function createScenes({ viewer, first, kept, message, progress, onSecondFailed, onOutcome, onProgress, onDrawn }) {
  /** What the next photo will be shown by, a pane each. */
  let runners = [first];
  /** What is on screen: the last photo whose maps are there. @type {Scene | null} */
  let scene = null;
  /** What was last asked for. @type {{opening: Promise<Photo>, sizing: Sizing} | null} */
  let wanted = null;
  // Work for an older request, or question, comes to nothing.
  let request = 0;
  let question = 0;
  let work = new AbortController();
  /** The last show, to its end. @type {Promise<Outcome>} */
  let showing = Promise.resolve('replaced');

  /** @param {Photo} photo */
  function showPhoto({ picture }) {
    if (picture) viewer.setPhoto(picture);
  }

  /** @param {Scene} what */
  function draw({ photo, size, aspect, views }) {
    wanted = { opening: Promise.resolve(photo), sizing: { size, aspect } };
    viewer.setPanes(views.map(({ runner }) => runner.name()));
    showPhoto(photo);
    for (const [pane, { maps, answer }] of views.entries()) {
      viewer.setMaps(maps, pane);
      if (answer) viewer.setQueryMaps(answer.scores, ...answer.patch, pane);
    }
    onDrawn();
  }

  /** @param {Scene} next */
  function settle(next) {
    const before = scene;
    const query = before?.photo === next.photo
      ? movedPatch(viewer.state().query, before.views[0].maps, next.views[0].maps) : null;
    const { photo, size, aspect } = next;
    scene = { ...next, passing: before?.photo === photo && before.passing };
    draw(scene);
    leave(before);
    if (!scene.passing) for (const { runner, maps } of next.views) kept.keep(runner, { photo, size, aspect }, maps);
    viewer.setState({ photo: photo.sample ? photo.name : '', size, aspect, query });
    if (query) ask();
  }

  /** @param {Scene | null} before */
  function leave(before) {
    if (before?.passing && before.photo !== scene?.photo) before.photo.picture?.close();
  }

  /** After work that came to nothing. */
  function putBack() {
    if (!scene) return;
    draw(scene);
    viewer.setState({ size: scene.size, aspect: scene.aspect });
    if (viewer.state().query) ask();
  }

  /**
   * What each model makes of a photo. Where the second cannot, the first stands alone.
   * @param {Input} input
   * @param {AbortSignal} signal
   */
  async function look(input, signal) {
    const same = scene && isSameInput(scene, input) ? scene.views : [];
    /** @type {View[]} */
    const views = [];
    for (const runner of runners) {
      const who = runners.length > 1 ? runner.name() : '';
      const tell = (/** @type {Progress} */ how) => {
        progress.show(how, who);
        if (runner === first) onProgress?.(input.photo, how);
      };
      try {
        views.push(same.find((view) => view.runner === runner && !view.outdated) ??
          { runner, maps: kept.find(runner, input) ?? await runner.run(input, { signal, onProgress: tell }), answer: null });
      } catch (error) {
        const ended = !runners.includes(runner); // and so its engine was, maybe at work
        if (runner === first || (isCancelled(error) && !ended)) throw error;
        if (!ended) onSecondFailed(error);
      }
    }
    return views.filter(({ runner }) => runners.includes(runner));
  }

  /**
   * Shows a photo, then its maps; where that fails or is cancelled, what was there before.
   * @param {Promise<Photo>} opening
   * @param {Sizing} sizing
   */
  function show(opening, { size, aspect }) {
    wanted = { opening, sizing: { size, aspect } };
    showing = first.forScreen(() => tryToShow(opening, { size, aspect }));
    return showing;
  }

  /**
   * @param {Promise<Photo>} opening
   * @param {Sizing} sizing
   * @returns {Promise<Outcome>}
   */
  async function tryToShow(opening, sizing) {
    const mine = beginWork();
    message.hide();
    progress.start(() => work.abort(cancelled()));
    /** @type {Photo | null} */
    let photo = null;
    /** @param {Outcome} outcome @param {unknown} [error] */
    const end = (outcome, error) => {
      if (mine === request) progress.stop();
      onOutcome(photo, outcome, error);
      return outcome;
    };
    try {
      photo = await opening;
      if (mine !== request) return end('replaced');
      if (photo !== scene?.photo) showPhoto(photo);
      const input = { photo, ...sizing };
      const views = await look(input, work.signal);
      if (mine !== request) return end('replaced');
      if (!photo.picture) throw new Error(undecodable);
      settle({ ...input, views });
      return end('shown');
    } catch (error) {
      if (mine !== request) return end('replaced');
      putBack();
      return end(isCancelled(error) ? 'cancelled' : 'failed', error);
    }
  }

  /** Until the last photo has its maps, or will not have any. */
  async function settled() {
    for (let last; last !== showing;) await (last = showing);
  }

  /** In place of what is under way. */
  function beginWork() {
    work.abort(cancelled());
    work = new AbortController();
    return ++request;
  }

  /** The photo of before, or what is on its way in its place. */
  async function showAgain() {
    if (wanted) await show(wanted.opening, wanted.sizing);
  }

  /** Asks about the query what was not answered yet, one model after the other. */
  async function ask() {
    const mine = ++question;
    const asked = scene;
    const late = () => mine !== question || asked !== scene;
    if (!asked) return;
    await showing; // a run for the query would end the one for the screen
    if (late()) return;
    const patches = viewer.queries();
    try {
      for (const [pane, view] of asked.views.entries()) {
        const patch = patches[pane];
        if (!patch || String(view.answer?.patch) === String(patch)) continue;
        const scores = await view.runner.query(asked, patch);
        if (late() || !asked.views.includes(view)) return;
        view.answer = { patch, scores };
        viewer.setQueryMaps(scores, ...patch, pane);
      }
    } catch (error) {
      if (late() || isCancelled(error)) return;
      viewer.setState({ query: null });
      message.show(wordsOf(error));
    }
  }

  return {
    show,
    ask,

    settled,

    /** Before the first maps. */
    isEmpty: () => scene === null,

    /** What is on screen; null before the first maps. */
    shown: () => scene,

    /**
     * Shows a photo with maps of the first model that were computed before.
     * @param {Input} input
     * @param {Maps} maps
     */
    showComputed({ photo, size, aspect }, maps) {
      settle({ photo, size, aspect, views: [{ runner: first, maps, answer: null }] });
    },

    /** The engine is at other work: what is under way here comes to nothing, and nothing is known. */
    yield() {
      beginWork();
      first.engineDid(null);
      progress.stop();
    },

    /** In place of all else. @param {Frame} frame */
    showFrame({ picture, maps, sizing, answer }) {
      const before = scene;
      const photo = { name: 'camera', file: picture, picture, sample: false };
      scene = { photo, ...sizing, views: [{ runner: first, maps, answer }], passing: true };
      first.engineDid(scene);
      wanted = { opening: Promise.resolve(photo), sizing };
      viewer.showFrame(picture, maps, answer);
      onDrawn();
      leave(before);
    },

    /** Makes the first query fast. */
    async prepare() {
      await settled(); // its run would end that of a photo on its way
      if (scene) await first.learn(scene).catch(() => {}); // a query will say what is wrong
    },

    /** Runs the photo again at another size. @param {Sizing} sizing */
    async resize({ size, aspect }) {
      if (!wanted || (size === wanted.sizing.size && aspect === wanted.sizing.aspect)) return;
      await show(wanted.opening, { size, aspect });
    },

    /** Runs the photo again, for another first model. */
    async again() {
      kept.forgetRunner(first);
      if (scene) scene.views[0].outdated = true;
      await showAgain();
    },

    /**
     * Another model beside the first, in place of the second if there is one.
     * @param {Runner} second
     * @returns {Promise<boolean>} whether it is on screen now; else all is as before
     */
    async open(second) {
      const before = runners;
      runners = [first, second];
      await showAgain();
      await settled(); // something else may have come between
      if (!runners.includes(second)) return false;
      if (scene?.views.some(({ runner }) => runner === second)) return true;
      runners = before;
      return false;
    },

    /** The first model alone again. */
    close() {
      for (const runner of runners.slice(1)) kept.forgetRunner(runner);
      runners = [first];
      if (!scene) return;
      scene.views.length = 1;
      viewer.setPanes([first.name()]);
    },
  };
}

/**
 * The same place of a photo in another grid.
 * @param {Patch | null} patch
 * @param {Maps} from
 * @param {Maps} to
 * @returns {Patch | null}
 */
export function movedPatch(patch, from, to) {
  if (!patch) return null;
  const move = (/** @type {number} */ at, /** @type {number} */ old, /** @type {number} */ now) =>
    Math.min(now - 1, Math.floor((at + 0.5) * now / old));
  return [move(patch[0], from.rows, to.rows), move(patch[1], from.cols, to.cols)];
}
