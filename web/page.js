// The page: connects photos, engine and viewer.
import { readAddress, writeAddress } from './address.js';
import { openCamera } from './camera.js';
import { typing } from './canvas-input.js';
import { createCompare } from './compare.js';
import { createEstimates } from './estimates.js';
import { createFields } from './fields.js';
import { usePageFonts } from './fonts.js';
import { createKeptMaps } from './kept.js';
import { openLink } from './link.js';
import { createLive } from './live.js';
import { titleOf } from './model.js';
import { messageBox, offerBox, progressBar, statusLine, wordBox } from './notices.js';
import { createOffline } from './offline.js';
import { createPageModels } from './page-models.js';
import { createOut } from './page-out.js';
import { createPagePhotos } from './page-photos.js';
import { takeReceived } from './received.js';
import { createRunner, sizingOf } from './runner.js';
import { readMaps } from './safetensors.js';
import { createScenes, isCancelled, wordsOf } from './scenes.js';
import { createViewer } from './viewer.js';

/** @typedef {import('./viewer.js').Viewer} Viewer */
/** @typedef {import('./viewer.js').ViewState} ViewState */

/** The sample whose maps are served, so that the first visit need not wait for the engine. */
const firstSample = 'chelsea';

/** @param {string} id */
const find = (id) => /** @type {HTMLElement} */ (document.getElementById(id));

const message = messageBox(find('message'));
const offer = offerBox(find('offer'));
const progress = progressBar(find('progress'));
const status = statusLine(find('engine'));
const word = wordBox(find('word'));

async function main() {
  const link = openLink({
    address: readAddress(), viewer: () => viewer, grid: () => scenes.shown()?.views[0].maps ?? null, say: message.show,
  });
  const sample = link.sample || firstSample;
  const models = createPageModels({
    dialog: /** @type {HTMLDialogElement} */ (find('models')),
    named: link.model,
    say: status.model,
    complain,
    onUsed: (name) => modelChanged(name),
    onCompare: (source) => compareWith(source),
  });
  const { model } = models;
  const kept = createKeptMaps();
  const estimates = createEstimates();
  const first = createRunner(model.ready, model.name, ({ info }, maps) => {
    estimates.measured(info, maps);
    estimate();
  });
  const photos = createPagePhotos({
    runner: first, kept, message, scenes: () => scenes,
    sizing: () => sizingOf(viewer.state()),
    elements: { list: find('samples'), batch: find('batch'), says: find('photo-says'), news: find('photo-news') },
    takeWeights: models.takeFile,
    takeView: (file) => out.openView(file),
    beforeShow: () => live.stop(),
  });
  const firstPhoto = photos.openSample(sample);
  firstPhoto.catch(() => {}); // is said where it is awaited
  const firstModel = await models.firstName();
  const firstMaps = sample === firstSample && !firstModel ? fetchFirstMaps() : null;
  usePageFonts();
  if (!firstMaps) model.begin();

  const { viewer, hasPanel } = await openViewer(/** @type {HTMLCanvasElement} */ (find('view')), {
    onState: (next) => stateChanged(next),
    onExport: () => out.show(),
  });
  const start = viewer.state();
  let state = start;
  let queries = '';
  const scenes = createScenes({
    viewer, first, kept, message, progress,
    onSecondFailed: (error) => compare.failed(error),
    onProgress: photos.onProgress,
    onOutcome(photo, outcome, error) {
      photos.ended(photo, outcome, error);
      if (outcome !== 'shown' || !photo) return;
      estimate();
      link.photoShown(photo.name);
    },
    onDrawn: () => fields.drawn(),
  });
  const offline = createOffline({ offer, word });
  const fields = createFields({ viewer, scenes, message, progress, paused: () => live.isOn() });
  const compare = createCompare({
    viewer, scenes, message, progress, find: models.named, onBegin: () => live.stop(),
  });
  const live = createLive({
    openCamera, viewer, engine: model.ready, scenes, message, say: status.live, onChange: markCamera,
    fieldsOf: fields.ofFrame,
  });

  const out = createOut({
    viewer, scenes, message, showSample: photos.showSample, showModels: () => models.show().catch(complain), complain,
  });
  if (!hasPanel) out.keepMirror();

  /** @param {ViewState} next */
  function stateChanged(next) {
    const before = state;
    state = next;
    compare.follow(next.compare);
    writeAddress({ ...next, photo: next.photo || photos.ownName(), compare: compare.address() }, start);
    out.follow(next);
    const asked = queries;
    queries = String(viewer.queries());
    if (live.isOn()) return; // its next frame will be as it is wanted
    if (next.size !== before.size || next.aspect !== before.aspect) resize(next);
    if (next.query && queries !== asked) scenes.ask();
    fields.follow();
  }

  /** @param {ViewState} next */
  function resize(next) {
    photos.refresh();
    estimate();
    scenes.resize(next);
  }

  function estimate() {
    const picture = scenes.shown()?.photo.picture;
    const found = picture ? estimates.of(picture, viewer.state().aspect) : [];
    viewer.setEstimates(found);
    return found;
  }

  /** @param {string} name */
  function modelChanged(name) {
    tryState(viewer, { model: name });
    offer.hide();
    kept.forgetRunner(first);
    photos.refresh();
    if (!live.isOn()) scenes.again();
    keepVisit();
  }

  function keepVisit() {
    const keep = (/** @type {import('./engine.js').Engine} */ { info }) => offline.keep(info.build, models.served());
    model.ready().then(keep, () => {}); // said where the model is waited for
  }

  /** @param {import('./models.js').ModelSource} source */
  function compareWith(source) {
    const isFile = source instanceof File;
    compare.use(models.forEngine(source), isFile ? titleOf(source) : source.name, { addressed: !isFile });
  }

  /** Of one model: two would halve its frames. */
  function startCamera() {
    photos.stop();
    photos.film.setCurrent(null);
    live.start();
    if (!compare.on()) return;
    compare.end();
    message.show('The camera shows one model: the comparison has ended.');
  }

  Object.assign(globalThis, { headlens: { viewer, model, scenes, fields, live, compare, photos, estimates: estimate } }); // for the console and for tests
  followScheme(viewer);
  followDock(viewer);
  takeButton('camera', 'c', () => (live.isOn() ? live.stop() : startCamera()));
  takeButton('engine', 'w', () => models.show().catch(complain));
  photos.takeFrom({ input: /** @type {HTMLInputElement} */ (find('file')), button: find('open'), dropSign: find('drop') });

  link.applySettings(firstModel);
  const { size, aspect } = viewer.state();
  const maps = size === start.size && aspect === start.aspect ? await firstMaps : null;
  if (maps) {
    scenes.showComputed({ photo: await firstPhoto, size, aspect }, maps);
    photos.refresh();
    await drawn();
    takePosterAway();
  }
  model.begin();
  if (!maps) await scenes.show(firstPhoto, { size, aspect });
  link.applyPhoto(sample);
  models.offerNamed(offer).catch(complain);
  await model.ready();
  out.follow(viewer.state()); // the words may name the model now
  await scenes.prepare();
  link.applyCompare();
  keepVisit();
  await takeReceived(photos.take);
}

/**
 * Where there is no WebGL 2 the overlay is drawn without it, and the controls are the form's.
 * @param {HTMLCanvasElement} canvas
 * @param {import('./viewer.js').Callbacks} callbacks
 */
async function openViewer(canvas, callbacks) {
  try {
    return { viewer: await createViewer(canvas, callbacks), hasPanel: true };
  } catch (error) {
    if (!(error instanceof DOMException && error.name === 'NotSupportedError')) throw error;
    const { createCanvasViewer } = await import('./canvas-fallback.js');
    message.show('This browser offers no WebGL 2: headlens draws without it, more slowly, and shows the overlay in place of Heads, Atlas and Compare.');
    return { viewer: await createCanvasViewer(canvas, callbacks), hasPanel: false };
  }
}

/** What was due is on screen: a frame begins when the one before is done. */
async function drawn() {
  for (let i = 0; i < 2; ++i) await new Promise(requestAnimationFrame);
}

const takePosterAway = () => document.documentElement.classList.remove('poster');

/** @param {unknown} error */
function complain(error) {
  if (!isCancelled(error)) message.show(wordsOf(error));
}

/** null where they are not served: the engine will compute them. */
async function fetchFirstMaps() {
  const response = await fetch(new URL(`samples/${firstSample}.safetensors`, import.meta.url)).catch(() => null);
  return response?.ok ? readMaps(await response.arrayBuffer()) : null;
}

/**
 * @param {Viewer} viewer
 * @param {Partial<ViewState>} fields
 */
function tryState(viewer, fields) {
  try {
    viewer.setState(fields);
  } catch (error) {
    complain(error);
  }
}

/** @param {Viewer} viewer */
function followScheme(viewer) {
  const light = matchMedia('(prefers-color-scheme: light)');
  const follow = () => viewer.setTheme(!light.matches);
  light.addEventListener('change', follow);
  follow();
}

/**
 * The photo stays clear of the sample strip.
 * @param {Viewer} viewer
 */
function followDock(viewer) {
  const samples = find('samples');
  const follow = () => {
    const stage = find('stage').getBoundingClientRect();
    const strip = (samples.firstElementChild ?? samples).getBoundingClientRect(); // without the room for rings
    const atTop = strip.top - stage.top < stage.bottom - strip.bottom;
    viewer.setInsets(atTop ? { top: strip.bottom - stage.top, bottom: 0 } : { top: 0, bottom: stage.bottom - strip.top });
  };
  new ResizeObserver(follow).observe(find('stage'));
  new ResizeObserver(follow).observe(samples);
}

/** A button and its key. @param {string} id @param {string} key @param {() => void} act */
function takeButton(id, key, act) {
  find(id).addEventListener('click', act);
  document.addEventListener('keydown', (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.repeat || typing(event.target)) return;
    if (event.key.toLowerCase() === key) act();
  });
}

/** @param {boolean} on */
function markCamera(on) {
  const button = find('camera');
  button.setAttribute('aria-pressed', String(on));
  /** @type {HTMLElement} */ (button.querySelector('span')).textContent = on ? 'Stop camera' : 'Camera';
}

const about = /** @type {HTMLDialogElement} */ (find('about'));
find('about-open').addEventListener('click', () => about.showModal());

main().catch(complain).finally(takePosterAway);
