// The page: connects photos, engine and viewer.
import { readAddress, writeAddress } from './address.js';
import { openCamera } from './camera.js';
import { typing } from './canvas-input.js';
import { createCompare } from './compare.js';
import { beginsAsWeights, kindByName } from './file-kind.js';
import { createFields } from './fields.js';
import { usePageFonts } from './fonts.js';
import { openPhoto, openSample, sampleNames, takeFiles } from './intake.js';
import { createLive } from './live.js';
import { titleOf } from './model.js';
import { messageBox, offerBox, progressBar, statusLine } from './notices.js';
import { createPageModels } from './page-models.js';
import { createRunner } from './runner.js';
import { readMaps } from './safetensors.js';
import { savePicture } from './save-picture.js';
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

async function main() {
  const wanted = readAddress();
  const sample = sampleNames.find((name) => name === wanted.photo) ?? firstSample;
  const firstPhoto = openSample(sample);
  firstPhoto.catch(() => {}); // is said where it is awaited
  const models = createPageModels({
    dialog: /** @type {HTMLDialogElement} */ (find('models')),
    named: typeof wanted.model === 'string' ? wanted.model : '',
    say: status.model,
    complain,
    onUsed: (name) => modelChanged(name),
    onCompare: (source) => compareWith(source),
  });
  const { model } = models;
  const firstModel = await models.firstName();
  const firstMaps = sample === firstSample && !firstModel ? fetchFirstMaps() : null;
  usePageFonts();
  if (!firstMaps) model.begin();

  const viewer = await createViewer(/** @type {HTMLCanvasElement} */ (find('view')), {
    onState: (next) => stateChanged(next),
    onSavePicture: () => savePicture(viewer).catch(complain),
  });
  const start = viewer.state();
  let state = start;
  let queries = '';
  const first = createRunner(model.ready, model.name);
  const scenes = createScenes({
    viewer, first, message, progress, onSecondFailed: (error) => compare.failed(error),
    onDrawn: () => fields.drawn(),
  });
  const fields = createFields({ viewer, scenes, message, progress, paused: () => live.isOn() });
  const compare = createCompare({
    viewer, scenes, message, progress, find: models.named, onBegin: () => live.stop(),
  });
  const live = createLive({
    openCamera, viewer, engine: model.ready, scenes, message, say: status.live, onChange: markCamera,
    fieldsOf: fields.ofFrame,
  });

  /** @param {ViewState} next */
  function stateChanged(next) {
    const before = state;
    state = next;
    compare.follow(next.compare);
    writeAddress({ ...next, compare: compare.address() }, start);
    markSample(next.photo);
    find('summary').textContent = summaryOf(next);
    const asked = queries;
    queries = String(viewer.queries());
    if (live.isOn()) return; // its next frame will be as it is wanted
    if (next.size !== before.size) scenes.resize(next.size);
    if (next.query && queries !== asked) scenes.ask();
    fields.follow();
  }

  /** @param {File} file */
  async function takeFile(file) {
    const kind = kindByName(file);
    const isModel = kind === 'weights' || (kind === 'unknown' && await beginsAsWeights(file).catch(() => false));
    if (isModel) return models.takeFile(file);
    live.stop();
    return scenes.show(openPhoto(file, file.name), viewer.state().size);
  }

  /** @param {string} name */
  function modelChanged(name) {
    tryState(viewer, { model: name });
    offer.hide();
    if (!live.isOn()) scenes.again();
  }

  /** @param {import('./models.js').ModelSource} source */
  function compareWith(source) {
    const isFile = source instanceof File;
    compare.use(models.forEngine(source), isFile ? titleOf(source) : source.name, { addressed: !isFile });
  }

  /** @param {string} name */
  function takeSample(name) {
    live.stop();
    scenes.show(openSample(name), viewer.state().size);
  }

  /** Of one model: two would halve its frames. */
  function startCamera() {
    live.start();
    if (!compare.on()) return;
    compare.end();
    message.show('The camera shows one model: the comparison has ended.');
  }

  Object.assign(globalThis, { headlens: { viewer, model, scenes, live, compare } }); // for the console and for tests
  followScheme(viewer);
  followDock(viewer);
  showSamples(takeSample);
  takeButton('camera', 'c', () => (live.isOn() ? live.stop() : startCamera()));
  takeButton('engine', 'w', () => models.show().catch(complain));
  takeFiles({ input: /** @type {HTMLInputElement} */ (find('file')), button: find('open'), dropSign: find('drop') },
    (file) => takeFile(file).catch(complain));

  const { query, compare: second, ...settings } = wanted;
  tryState(viewer, { ...settings, model: firstModel });
  const size = viewer.state().size;
  const maps = size === start.size ? await firstMaps : null;
  if (maps) {
    scenes.showComputed(await firstPhoto, maps, size);
    await drawn();
    takePosterAway();
  }
  model.begin();
  if (!maps) await scenes.show(firstPhoto, size);
  if (query) tryState(viewer, { query });
  models.offerNamed(offer).catch(complain);
  await model.ready();
  await scenes.prepare();
  if (second) tryState(viewer, { compare: second });
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
  const response = await fetch(`samples/${firstSample}.safetensors`).catch(() => null);
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
    const strip = samples.getBoundingClientRect();
    const atTop = strip.top - stage.top < stage.bottom - strip.bottom;
    viewer.setInsets(atTop ? { top: strip.bottom - stage.top, bottom: 0 } : { top: 0, bottom: stage.bottom - strip.top });
  };
  new ResizeObserver(follow).observe(find('stage'));
  new ResizeObserver(follow).observe(samples);
}

/** @param {(name: string) => void} onChoose */
function showSamples(onChoose) {
  find('samples').replaceChildren(...sampleNames.map((name) => {
    const image = Object.assign(new Image(68, 52), { alt: name, src: `thumbs/${name}.jpg` });
    const button = Object.assign(document.createElement('button'), { type: 'button', title: name });
    button.dataset.sample = name;
    button.append(image);
    button.addEventListener('click', () => onChoose(name));
    const item = document.createElement('li');
    item.append(button);
    return item;
  }));
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

/** @param {string} photo */
function markSample(photo) {
  for (const button of find('samples').querySelectorAll('button')) {
    button.setAttribute('aria-pressed', String(button.dataset.sample === photo));
  }
}

/** @param {ViewState} state */
function summaryOf({ layer, mode, head, heads, query, compare }) {
  const shown = mode === 'single' ? `head ${head}` : heads === 'all' ? 'all heads' : `heads ${heads.join(', ')}`;
  const asked = query ? `patch in row ${query[0]}, column ${query[1]}` : '[CLS]';
  const beside = compare && `, compared with ${compare}`;
  return `Layer ${layer || 'last'}, ${shown}, ${mode}, query ${asked}${beside}`;
}

const about = /** @type {HTMLDialogElement} */ (find('about'));
find('about-open').addEventListener('click', () => about.showModal());

main().catch(complain).finally(takePosterAway);
