// Photos and their maps: from the engine to the viewer, with what is on screen kept until the next
// is there. A second model, while there is one, gets the same photos after the first.

/**
 * @typedef {import('./intake.js').Photo} Photo
 * @typedef {import('./runner.js').Runner} Runner
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
 * @typedef {object} Scene a photo on screen
 * @property {Photo} photo
 * @property {number} size
 * @property {View[]} views
 *
 * @typedef {object} Frame of the camera, with its maps
 * @property {ImageBitmap} picture
 * @property {Maps} maps
 * @property {number} size
 * @property {Answer | null} answer
 *
 * @typedef {object} Parts
 * @property {import('./viewer.js').Viewer} viewer
 * @property {Runner} first the page's model
 * @property {ReturnType<typeof import('./notices.js').messageBox>} message
 * @property {ReturnType<typeof import('./notices.js').progressBar>} progress
 * @property {(error: unknown) => void} onSecondFailed where the first model could; to call close
 * @property {() => void} onDrawn other maps are on screen
 */

/** @param {unknown} error */
export const isCancelled = (error) => error instanceof DOMException && error.name === 'AbortError';

export const cancelled = () => new DOMException('Cancelled.', 'AbortError');

/** @param {unknown} error */
export const wordsOf = (error) => (error instanceof Error ? error.message : String(error));

/** @param {Parts} parts */
export function createScenes({ viewer, first, message, progress, onSecondFailed, onDrawn }) {
  /** What the next photo will be shown by, a pane each. */
  let runners = [first];
  /** What is on screen: the last photo whose maps are there. @type {Scene | null} */
  let scene = null;
  /** What was last asked for. @type {{photo: Promise<Photo> | null, size: number}} */
  let wanted = { photo: null, size: 0 };
  // Work for an older request, or question, comes to nothing.
  let request = 0;
  let question = 0;
  let work = new AbortController();
  /** The last show, to its end. @type {Promise<unknown>} */
  let showing = Promise.resolve();

  /** @param {Photo} photo */
  function showPhoto({ picture }) {
    if (picture) viewer.setPhoto(picture);
  }

  /** @param {Scene} what */
  function draw({ photo, size, views }) {
    wanted = { photo: Promise.resolve(photo), size };
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
    if (before?.photo !== next.photo) before?.photo.picture?.close();
    scene = next;
    draw(next);
    viewer.setState({ photo: next.photo.sample ? next.photo.name : '', size: next.size, query });
    if (query) ask();
  }

  /** After work that came to nothing. */
  function putBack() {
    if (!scene) return;
    draw(scene);
    viewer.setState({ size: scene.size });
    if (viewer.state().query) ask();
  }

  /**
   * What each model makes of a photo. Where the second cannot, the first stands alone.
   * @param {Photo} photo
   * @param {number} size
   * @param {AbortSignal} signal
   */
  async function look(photo, size, signal) {
    const same = scene?.photo === photo && scene.size === size ? scene.views : [];
    /** @type {View[]} */
    const views = [];
    for (const runner of runners) {
      const who = runners.length > 1 ? runner.name() : '';
      const onProgress = (/** @type {import('./protocol.js').Progress} */ how) => progress.show(how, who);
      try {
        views.push(same.find((view) => view.runner === runner && !view.outdated) ??
          { runner, maps: await runner.run(photo, size, { signal, onProgress }), answer: null });
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
   * @param {Promise<Photo>} photo
   * @param {number} size
   */
  function show(photo, size) {
    wanted = { photo, size };
    showing = tryToShow(photo, size);
    return showing;
  }

  /**
   * @param {Promise<Photo>} opening
   * @param {number} size
   */
  async function tryToShow(opening, size) {
    const mine = beginWork();
    const { signal } = work;
    message.hide();
    progress.start(() => work.abort(cancelled()));
    try {
      const photo = await opening;
      if (mine !== request) return;
      if (photo !== scene?.photo) showPhoto(photo);
      const views = await look(photo, size, signal);
      if (mine !== request) return;
      if (!photo.picture) throw new Error('This browser cannot show this kind of picture: save it as JPEG or PNG.');
      settle({ photo, size, views });
    } catch (error) {
      if (mine !== request) return;
      putBack();
      if (!isCancelled(error)) message.show(wordsOf(error));
    } finally {
      if (mine === request) progress.stop();
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
    if (wanted.photo) await show(wanted.photo, wanted.size);
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
        const scores = await view.runner.query(asked.photo, asked.size, patch);
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

    /** What is on screen. */
    now: () => scene,

    /** Before the first maps. */
    isEmpty: () => scene === null,

    /**
     * Shows a photo with maps of the first model that were computed before.
     * @param {Photo} photo
     * @param {Maps} maps
     * @param {number} size
     */
    showComputed(photo, maps, size) {
      settle({ photo, size, views: [{ runner: first, maps, answer: null }] });
    },

    /** The engine is at other work: what is under way here comes to nothing, and nothing is known. */
    yield() {
      beginWork();
      first.engineDid(null);
      progress.stop();
    },

    /** In place of all else. @param {Frame} frame */
    showFrame({ picture, maps, size, answer }) {
      const before = scene;
      const photo = { name: 'camera', file: picture, picture, sample: false };
      scene = { photo, size, views: [{ runner: first, maps, answer }] };
      first.engineDid(scene);
      wanted = { photo: Promise.resolve(photo), size };
      viewer.showFrame(picture, maps, answer);
      onDrawn();
      before?.photo.picture?.close();
    },

    /** Makes the first query fast. */
    async prepare() {
      if (scene) await first.learn(scene.photo, scene.size).catch(() => {}); // a query will say what is wrong
    },

    /**
     * Runs the photo again at another size.
     * @param {number} size
     */
    async resize(size) {
      if (wanted.photo && size !== wanted.size) await show(wanted.photo, size);
    },

    /** Runs the photo again, for another first model. */
    async again() {
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
