// The camera's frames through the engine, one after the other. A frame is taken when the engine is
// free and not before, so that none waits and the newest is shown.
import { sizeOptions } from './runner.js';
import { isCancelled, movedPatch, wordsOf } from './scenes.js';

/**
 * @typedef {import('./camera.js').Camera} Camera
 * @typedef {import('./scenes.js').Maps} Maps
 *
 * @typedef {object} Session from the wish for a camera to its end
 * @property {Camera | null} camera
 * @property {number} sizeBefore
 *
 * @typedef {object} Parts
 * @property {(onLost: () => void) => Promise<Camera>} openCamera
 * @property {import('./viewer.js').Viewer} viewer
 * @property {() => Promise<import('./engine.js').Engine>} engine with its model loaded
 * @property {ReturnType<typeof import('./scenes.js').createScenes>} scenes
 * @property {ReturnType<typeof import('./notices.js').messageBox>} message
 * @property {(words: string) => void} say how it goes; '': it is over
 * @property {(on: boolean) => void} onChange
 * @property {ReturnType<typeof import('./fields.js').createFields>['ofFrame']} fieldsOf what else the view shows
 */

/** What a computer does several times a second; src/viewer/panel.cc offers these with the camera. */
const startSize = 160;

/** @param {Parts} parts */
export function createLive({ openCamera, viewer, engine, scenes, message, say, onChange, fieldsOf }) {
  /** @type {Session | null} */
  let session = null;
  let resumes = false;

  async function start() {
    if (session) return;
    /** @type {Session} */
    const mine = { camera: null, sizeBefore: viewer.state().size };
    session = mine;
    onChange(true);
    say('Starting the camera');
    message.hide();
    try {
      const camera = await openCamera(() => end(mine, 'The camera is gone: plug it in, or close what took it, then press Camera again.'));
      if (session !== mine) return camera.stop();
      mine.camera = camera;
      viewer.setState({ photo: 'camera', size: startSize, query: null });
      await play(mine, camera);
    } catch (error) {
      end(mine, wordsOf(error));
    }
  }

  /**
   * @param {Session} mine
   * @param {Camera} camera
   */
  async function play(mine, camera) {
    const rate = frameRate();
    /** @type {Maps | null} */
    let before = null;
    for (;;) {
      const ready = await engine();
      const picture = await camera.frame((frame) =>
        wholePatches(frame, viewer.state().size, ready.info.model?.patch ?? 1));
      if (!picture) return;
      if (session !== mine) return picture.close(); // it ended while the frame was made
      scenes.yield();
      const frame = await compute(ready, picture, before);
      if (!frame || session !== mine) {
        picture.close();
        continue;
      }
      scenes.showFrame(frame);
      frame.showFields();
      before = frame.maps;
      say(rate());
    }
  }

  /**
   * @param {import('./engine.js').Engine} ready
   * @param {ImageBitmap} picture
   * @param {Maps | null} before the last frame's
   * @returns {Promise<import('./scenes.js').Frame & {showFields: () => void} | null>} null: other work came between
   */
  async function compute(ready, picture, before) {
    try {
      const { size, aspect } = viewer.state();
      const maps = await ready.run(picture, sizeOptions({ size, aspect }));
      const asked = viewer.state().query;
      const patch = before ? movedPatch(asked, before, maps) : null;
      if (String(patch) !== String(asked)) viewer.setState({ query: patch });
      const scores = patch && await ready.query(...patch).catch(() => null); // another model came between
      const showFields = await fieldsOf(ready, maps, patch);
      return { picture, maps, sizing: { size, aspect }, answer: patch && scores && { patch, scores }, showFields };
    } catch (error) {
      if (!isCancelled(error)) throw error;
      return null;
    }
  }

  /**
   * The last frame stays, as a photo.
   * @param {Session | null} mine
   * @param {string} why '' where the reader knows
   */
  function end(mine, why) {
    if (!mine || mine !== session) return;
    session = null;
    mine.camera?.stop();
    if (mine.camera) viewer.setState({ photo: '', size: mine.sizeBefore });
    onChange(false);
    say('');
    if (!why) return;
    if (mine.camera) scenes.resize(viewer.state()); // now: later it would take the message away
    message.show(why);
  }

  function followVisibility() {
    if (document.hidden && session) {
      resumes = true;
      end(session, '');
    } else if (!document.hidden && resumes) {
      resumes = false;
      start();
    }
  }
  document.addEventListener('visibilitychange', followVisibility);

  return {
    start,
    stop() {
      resumes = false;
      end(session, '');
    },
    isOn: () => session !== null,
  };
}

/**
 * Of a frame what patches will cover, so that none of it goes without a map.
 * @param {import('./camera.js').Size} frame
 * @param {number} size that its short side will have in the network
 * @param {number} patch
 */
function wholePatches({ height, width }, size, patch) {
  const zoom = size / Math.min(height, width);
  const fit = (/** @type {number} */ side) => Math.round(Math.floor(Math.round(side * zoom) / patch) * patch / zoom);
  return height < width ? { height, width: fit(width) } : { height: fit(height), width };
}

/** How many there are, over the last two seconds. @returns {() => string} to be called at each frame */
function frameRate() {
  /** @type {number[]} */
  let times = [];
  return () => {
    const now = performance.now();
    const last = times.length - 1;
    times = [...times.filter((time, i) => i === last || now - time < 2000), now];
    if (times.length < 2) return 'Live';
    const rate = 1000 * (times.length - 1) / (now - times[0]);
    return `Live \u00b7 ${rate.toFixed(rate < 9.95 ? 1 : 0)} frames/s`;
  };
}
