// Photos and their maps: from the engine to the viewer, with what is on screen kept until the next
// is there.

/**
 * @typedef {import('./intake.js').Photo} Photo
 * @typedef {import('./viewer.js').Maps} Maps
 * @typedef {[number, number]} Patch row and column
 *
 * @typedef {object} Scene a photo on screen
 * @property {Photo} photo
 * @property {Maps} maps
 * @property {number} size
 * @property {{patch: Patch, scores: Float32Array} | null} answer to the last query
 *
 * @typedef {object} Frame of the camera, with its maps
 * @property {ImageBitmap} picture
 * @property {Maps} maps
 * @property {number} size
 * @property {Scene['answer']} answer
 *
 * @typedef {object} Parts
 * @property {import('./viewer.js').Viewer} viewer
 * @property {() => Promise<import('./engine.js').Engine>} engine with its model loaded
 * @property {ReturnType<typeof import('./notices.js').messageBox>} message
 * @property {ReturnType<typeof import('./notices.js').progressBar>} progress
 */

/** @param {unknown} error */
export const isCancelled = (error) => error instanceof DOMException && error.name === 'AbortError';

/** @param {unknown} error */
export const wordsOf = (error) => (error instanceof Error ? error.message : String(error));

/** @param {Parts} parts */
export function createScenes({ viewer, engine, message, progress }) {
  /** What is on screen: the last photo whose maps are there. @type {Scene | null} */
  let scene = null;
  /** What the engine can answer queries about. @type {Scene | null} */
  let known = null;
  /** The run that makes a scene known that was not computed here. @type {{scene: Scene, done: Promise<void>} | null} */
  let learning = null;
  /** What was last asked for. @type {{photo: Promise<Photo> | null, size: number}} */
  let wanted = { photo: null, size: 0 };
  // Work for an older request, or question, comes to nothing.
  let request = 0;
  let question = 0;
  /** The last show, to its end. @type {Promise<unknown>} */
  let showing = Promise.resolve();

  /**
   * @param {Photo} photo
   * @param {number} size
   * @param {import('./engine.js').RunOptions} options
   */
  async function run(photo, size, options) {
    const ready = await engine();
    options.signal?.throwIfAborted();
    known = null;
    return ready.run(photo.file, { size, ...options });
  }

  /** @param {Photo} photo */
  function showPhoto({ picture }) {
    if (picture) viewer.setPhoto(picture);
  }

  /** @param {Scene} next */
  function settle(next) {
    const query = scene?.photo === next.photo ? movedPatch(viewer.state().query, scene.maps, next.maps) : null;
    if (scene && scene.photo !== next.photo) scene.photo.picture?.close();
    scene = next;
    wanted = { photo: Promise.resolve(next.photo), size: next.size };
    showPhoto(next.photo);
    viewer.setMaps(next.maps);
    viewer.setState({ photo: next.photo.sample ? next.photo.name : '', size: next.size, query });
    if (query) ask(query);
  }

  /** After work that came to nothing. */
  function putBack() {
    if (!scene) return;
    wanted = { photo: Promise.resolve(scene.photo), size: scene.size };
    showPhoto(scene.photo);
    viewer.setMaps(scene.maps);
    if (scene.answer) viewer.setQueryMaps(scene.answer.scores, ...scene.answer.patch);
    viewer.setState({ size: scene.size });
    const { query } = viewer.state();
    if (query && String(query) !== String(scene.answer?.patch)) ask(query);
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
    const mine = ++request;
    const cancel = new AbortController();
    message.hide();
    progress.start(() => cancel.abort(new DOMException('Cancelled.', 'AbortError')));
    try {
      const photo = await opening;
      if (mine !== request) return;
      if (photo !== scene?.photo) showPhoto(photo);
      const maps = await run(photo, size, { signal: cancel.signal, onProgress: progress.show });
      if (mine !== request) return;
      if (!photo.picture) throw new Error('This browser cannot show this kind of picture: save it as JPEG or PNG.');
      settle({ photo, maps, size, answer: null });
      known = scene;
    } catch (error) {
      if (mine !== request) return;
      putBack();
      if (!isCancelled(error)) message.show(wordsOf(error));
    } finally {
      if (mine === request) progress.stop();
    }
  }

  /**
   * The engine runs a photo without a word, so that it can answer queries about it.
   * @param {Scene} unknown
   */
  async function learn(unknown) {
    if (known === unknown) return;
    if (learning?.scene !== unknown) {
      const done = run(unknown.photo, unknown.size, {}).then(() => { known = unknown; });
      learning = { scene: unknown, done: done.finally(() => { learning = null; }) };
    }
    await learning?.done;
  }

  /** @param {Patch} patch */
  async function ask(patch) {
    const mine = ++question;
    const asked = scene;
    const late = () => mine !== question || asked !== scene;
    if (!asked) return;
    await showing; // a run for the query would end the one for the screen
    if (late()) return;
    try {
      await learn(asked);
      if (late()) return;
      const scores = await (await engine()).query(...patch);
      if (late()) return;
      asked.answer = { patch, scores };
      viewer.setQueryMaps(scores, ...patch);
    } catch (error) {
      if (late() || isCancelled(error)) return;
      viewer.setState({ query: null });
      message.show(wordsOf(error));
    }
  }

  return {
    show,
    ask,

    /** Until the last photo has its maps, or will not have any. */
    settled: () => showing,

    /** Before the first maps. */
    isEmpty: () => scene === null,

    /**
     * Shows a photo with maps that were computed before.
     * @param {Photo} photo
     * @param {Maps} maps
     * @param {number} size
     */
    showComputed(photo, maps, size) {
      settle({ photo, maps, size, answer: null });
    },

    /** The engine is at other work: what is under way here comes to nothing, and nothing is known. */
    yield() {
      ++request;
      known = null;
      progress.stop();
    },

    /** In place of all else. @param {Frame} frame */
    showFrame({ picture, maps, size, answer }) {
      const before = scene;
      const photo = { name: 'camera', file: picture, picture, sample: false };
      scene = { photo, maps, size, answer };
      known = scene;
      wanted = { photo: Promise.resolve(photo), size };
      viewer.showFrame(picture, maps, answer);
      before?.photo.picture?.close();
    },

    /** Makes the first query fast. */
    async prepare() {
      if (scene) await learn(scene).catch(() => {}); // a query will say what is wrong
    },

    /**
     * Runs the photo again at another size.
     * @param {number} size
     */
    async resize(size) {
      if (wanted.photo && size !== wanted.size) await show(wanted.photo, size);
    },

    /** Runs the photo again, for another model. */
    async again() {
      if (wanted.photo) await show(wanted.photo, wanted.size);
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
