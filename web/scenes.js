// Photos and their maps: from the engine to the viewer, with what is on screen kept until the next
// is there.

/**
 * @typedef {import('./intake.js').Photo} Photo
 * @typedef {Parameters<import('./viewer.js').Viewer['setMaps']>[0]} Maps
 * @typedef {[number, number]} Patch row and column
 *
 * @typedef {object} Scene a photo on screen
 * @property {Photo & {picture: ImageBitmap}} photo
 * @property {Maps} maps
 * @property {number} size
 * @property {{patch: Patch, scores: Float32Array} | null} answer to the last query
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
  /** The size last asked for. */
  let wantedSize = 0;
  // Work for an older request, or question, comes to nothing.
  let request = 0;
  let question = 0;

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

  /** @param {Scene} next */
  function settle(next) {
    const query = scene?.photo === next.photo ? movedPatch(viewer.state().query, scene.maps, next.maps) : null;
    scene = next;
    wantedSize = next.size;
    viewer.setPhoto(next.photo.picture);
    viewer.setMaps(next.maps);
    viewer.setState({ photo: next.photo.sample ? next.photo.name : '', size: next.size, query });
    if (query) ask(query);
  }

  /** After work that came to nothing. */
  function putBack() {
    if (!scene) return;
    wantedSize = scene.size;
    viewer.setPhoto(scene.photo.picture);
    viewer.setMaps(scene.maps);
    if (scene.answer) viewer.setQueryMaps(scene.answer.scores, ...scene.answer.patch);
    viewer.setState({ size: scene.size });
  }

  /**
   * Shows a photo, then its maps; where that fails or is cancelled, what was there before.
   * @param {() => Promise<Photo>} open
   * @param {number} size
   */
  async function show(open, size) {
    const mine = ++request;
    const cancel = new AbortController();
    wantedSize = size;
    message.hide();
    progress.start(() => cancel.abort(new DOMException('Cancelled.', 'AbortError')));
    try {
      const photo = await open();
      if (mine !== request) return;
      if (photo.picture && photo !== scene?.photo) viewer.setPhoto(photo.picture);
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
   * @param {Scene} wanted
   */
  async function learn(wanted) {
    if (known === wanted) return;
    if (learning?.scene !== wanted) {
      const done = run(wanted.photo, wanted.size, {}).then(() => { known = wanted; });
      learning = { scene: wanted, done: done.finally(() => { learning = null; }) };
    }
    await learning?.done;
  }

  /** @param {Patch} patch */
  async function ask(patch) {
    const mine = ++question;
    const asked = scene;
    const late = () => mine !== question || asked !== scene;
    if (!asked) return;
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

    /**
     * Shows a photo with maps that were computed before.
     * @param {Photo} photo
     * @param {Maps} maps
     * @param {number} size
     */
    showComputed(photo, maps, size) {
      settle({ photo, maps, size, answer: null });
    },

    /** Makes the first query fast. */
    async prepare() {
      if (scene) await learn(scene).catch(() => {}); // a query will say what is wrong
    },

    /**
     * Runs the photo on screen again.
     * @param {number} size
     */
    async resize(size) {
      const photo = scene?.photo;
      if (photo && size !== wantedSize) await show(async () => photo, size);
    },

    /** Runs the photo on screen again, for another model. */
    async again() {
      const photo = scene?.photo;
      if (photo) await show(async () => photo, wantedSize);
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
function movedPatch(patch, from, to) {
  if (!patch) return null;
  const move = (/** @type {number} */ at, /** @type {number} */ old, /** @type {number} */ now) =>
    Math.min(now - 1, Math.floor((at + 0.5) * now / old));
  return [move(patch[0], from.rows, to.rows), move(patch[1], from.cols, to.cols)];
}
