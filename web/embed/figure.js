// One figure: what it shows, where that comes from, and what is wrong with it.
import { element } from '../element.js';
import { createCompute } from './compute.js';
import { createControls } from './controls.js';
import { takeDrops } from './input.js';
import { decodePhoto, loadMaps, loadPhoto, misfit } from './load.js';
import { createOffer } from './offer.js';
import { onContextBack, sharedPainter } from './picture.js';
import { createStage } from './stage.js';
import { checkFields, notDrawn, readAttribute, reflect, settings, startState, unknownAttribute } from './state.js';
import { dress } from './style.js';
import { alternative } from './words.js';

/**
 * @typedef {import('../viewer.js').ViewState} ViewState
 * @typedef {import('./baked.js').Results} Results
 * @typedef {import('./load.js').Photo} Photo
 * @typedef {import('./compute.js').Compute} Compute
 *
 * @typedef {object} Shown
 * @property {Photo} photo
 * @property {Results | null} results
 * @property {Compute | null} compute the engine that has seen it, which can be asked about any patch
 */

/** Maps of patches that a figure keeps. */
const mostQueries = 16;

const clone = (/** @type {any} */ value) => JSON.parse(JSON.stringify(value));

/** @param {HTMLElement} host */
export function createFigure(host) {
  const root = host.attachShadow({ mode: 'open' });
  dress(root);
  /** @type {ViewState} */
  const state = startState();
  const setting = startState(settings);
  /** Sentences by what they are about. @type {Map<string, string>} */
  const problems = new Map();
  /** The author's. @type {Shown | null} */
  let first = null;
  /** @type {Shown | null} */
  let shown = null;
  /** @type {AbortController | null} */
  let work = null;
  /** What the engine does for this figure now. @type {Compute | null} */
  let computing = null;
  let progress = '';
  /** Settles `ready`. @type {(results: Results | null) => void} */
  let settle = () => {};
  /** @type {Promise<Results | null>} */
  let ready = new Promise((resolve) => (settle = resolve));
  let live = false; // something was drawn
  let near = false; // the viewport
  let reflecting = false;
  let frame = 0;
  /** @type {(() => void)[]} */
  let endings = [];

  const stage = createStage({ change, hovered: (detail) => fire('headlens-hover', detail) });
  const controls = createControls({ change, takePhoto, restore });
  const message = element('p', { className: 'message', role: 'status', hidden: true });
  const offer = createOffer({ start, cancel });
  stage.node.append(offer.node);
  root.append(stage.node, ...controls.nodes, message);
  takeDrops(host, { over: (is) => stage.node.classList.toggle('over', is), take: takePhoto });

  /** @param {string} name @param {unknown} detail */
  function fire(name, detail) {
    host.dispatchEvent(new CustomEvent(name, { detail, bubbles: true, composed: true }));
  }

  /** A sentence about something, or '' where nothing is wrong with it any more. @param {string} about @param {string} words */
  function note(about, words) {
    if ((problems.get(about) ?? '') === words) return;
    if (words) problems.set(about, words);
    else problems.delete(about);
    message.textContent = [...problems.values()].join(' ');
    message.hidden = !problems.size;
    if (words) fire('headlens-error', { message: words });
  }

  /** @param {Partial<ViewState>} partial that fits */
  function change(partial) {
    const before = JSON.stringify(state);
    Object.assign(state, clone(partial));
    if (JSON.stringify(state) === before) return;
    reflecting = true;
    for (const name of Object.keys(partial)) reflect(host, name, Reflect.get(state, name));
    reflecting = false;
    changed();
    if (['photo', 'model', 'size', 'aspect'].some((name) => name in partial)) reload();
  }

  function changed() {
    follow();
    fire('headlens-state', clone(state));
  }

  /** @returns {Float32Array | null} (layers, heads, rows, cols) of the query */
  function scores() {
    const results = shown?.results;
    if (!results) return null;
    return (state.query && results.queries.get(state.query.join())) || results.cls;
  }

  /** Brings everything to the state. */
  function follow() {
    const results = shown?.results ?? null;
    note('view', notDrawn(state));
    note('range', results && shown === first ? beyond(results) : '');
    controls.choose(setting.controls);
    controls.show({ state, results, scores: scores(), own: shown !== first });
    offer.show({ offers: Boolean(shown) && !results, says: progress });
    if (results && shown) {
      stage.describe(setting.alt || alternative(state, results, scores() ?? results.cls));
      askQuery(shown);
    }
    draw();
  }

  /** What the model or the file of maps does not have. @param {Results} results */
  function beyond({ layers, heads, rows, cols, queries }) {
    const { layer, against, query } = state;
    const head = Math.max(state.mode === 'single' ? state.head : 0, ...(state.heads === 'all' ? [] : state.heads));
    if (Math.max(layer, against) > layers) return `There is no layer ${Math.max(layer, against)}: the model has ${layers}.`;
    if (head > heads) return `There is no head ${head}: each layer has ${heads}.`;
    if (query && (query[0] >= rows || query[1] >= cols)) return `There is no patch ${query}: the photo has ${rows} rows and ${cols} columns of them.`;
    if (query && !shown?.compute && !queries.has(query.join())) return `The maps were not baked for the patch ${query}: headlens bake --query ${query}.`;
    return '';
  }

  function draw() {
    frame ||= requestAnimationFrame(drawNow);
  }

  function drawNow() {
    frame = 0;
    if (!near || !shown?.results || (!live && problems.size)) return;
    const now = { state, photo: shown.photo.picture, results: shown.results, scores: scores() ?? shown.results.cls, asksAll: Boolean(shown.compute) };
    if (!stage.draw(now)) return;
    live = true;
    stage.renew();
  }

  /** Reads the photo and its maps again, once all attributes are set and the reader is near. */
  function reload() {
    work?.abort();
    work = null;
    if (near) queueMicrotask(load);
  }

  async function load() {
    if (work) return;
    const { signal } = work = new AbortController();
    try {
      if (!sharedPainter()) throw new Error('This browser offers no WebGL 2, with which the figure draws: it shows its poster only.');
      const [photo, results] = await Promise.all([loadPhoto(state.photo, signal), setting.maps ? loadMaps(setting.maps, signal) : null]);
      if (signal.aborted) return;
      const words = results ? misfit(photo, results) : '';
      if (words) throw new Error(words);
      note('files', '');
      first = { photo, results, compute: null };
      show(first);
      if (results) return;
      if (setting.load === 'visible') start();
      else nameOffer();
    } catch (error) {
      if (signal.aborted) return;
      note('files', wordsOf(error));
      settle(null);
    }
  }

  /** @param {NonNullable<typeof shown>} next */
  function show(next) {
    stage.release();
    shown = next;
    follow();
    if (!next.results) return;
    settle(next.results);
    fire('headlens-results', next.results);
  }

  /** A hold of the engine, by which to compute the maps of one photo. */
  function createOwnCompute() {
    /** @type {Compute} */
    const compute = createCompute({
      model: state.model,
      say(words) {
        if (compute !== computing && compute !== shown?.compute) return;
        progress = words;
        offer.show({ offers: Boolean(shown) && !shown?.results, says: words });
      },
    });
    return compute;
  }

  async function nameOffer() {
    offer.name('');
    offer.name(await createOwnCompute().downloadWords().catch(() => '')); // whatever is wrong is said when it is wanted
  }

  /** The maps of a photo by the engine. @param {Photo} photo */
  async function run(photo) {
    cancel();
    const compute = computing = createOwnCompute();
    try {
      const { size, aspect } = state;
      const results = await compute.run(photo.blob, { size, aspect });
      if (compute !== computing) return;
      note('engine', '');
      /** @type {Shown} */
      const next = { photo, results, compute };
      if (photo === first?.photo) first = next;
      else if (state.query) change({ query: null });
      show(next);
    } catch (error) {
      if (compute === computing) note('engine', wordsOf(error));
    } finally {
      if (compute === computing) computing = null;
    }
  }

  function start() {
    if (first) run(first.photo);
  }

  function cancel() {
    computing?.cancel();
    shown?.compute?.cancel();
    computing = null;
    progress = '';
    follow();
  }

  /** @param {File} file */
  async function takePhoto(file) {
    try {
      await run(await decodePhoto(file));
    } catch (error) {
      note('engine', wordsOf(error));
    }
  }

  function restore() {
    cancel();
    note('engine', '');
    change({ query: null });
    if (first) show(first);
  }

  /** @param {Shown} asked */
  async function askQuery({ compute, results }) {
    const patch = state.query?.join();
    if (!state.query || !patch || !compute || !results || results.queries.has(patch)) return;
    try {
      results.queries.set(patch, await compute.query(...state.query));
      if (results.queries.size > mostQueries) results.queries.delete([...results.queries.keys()][0]);
      note('engine', '');
      follow();
    } catch (error) {
      if (state.query?.join() === patch && !isAbort(error)) note('engine', wordsOf(error));
    }
  }

  const checkNames = () => note('attribute', unknownAttribute(host));

  return {
    connect() {
      const names = new MutationObserver(checkNames);
      names.observe(host, { attributes: true });
      checkNames();
      const visible = new IntersectionObserver(([...entries]) => {
        near = entries[entries.length - 1].isIntersecting;
        if (!near) stage.release();
        else if (work) draw();
        else load();
      }, { rootMargin: '50%' });
      visible.observe(host);
      const size = new ResizeObserver(draw);
      size.observe(stage.node);
      endings = [() => names.disconnect(), () => visible.disconnect(), () => size.disconnect(), onContextBack(draw)];
      follow();
    },

    disconnect() {
      for (const end of endings) end();
      endings = [];
      near = false;
      if (!shown) reload();
      cancel();
      cancelAnimationFrame(frame);
      frame = 0;
      stage.release();
    },

    /** @param {string} attribute @param {string | null} words */
    attribute(attribute, words) {
      if (reflecting) return;
      const { name, value, problem } = readAttribute(attribute, words);
      note(attribute, problem ?? '');
      if (problem) return;
      if (name in setting) setting[name] = value;
      else Reflect.set(state, name, value);
      if (!host.isConnected) return;
      changed();
      if (['src', 'maps', 'model', 'size', 'aspect'].includes(attribute)) reload();
    },

    state: () => clone(state),

    /** @param {Record<string, unknown>} partial */
    setState(partial) {
      const problem = checkFields(Object(partial));
      note('state', problem);
      if (!problem) change(partial);
    },

    results: () => shown?.results ?? null,

    own: () => shown !== first,

    ready: () => ready,

    /** A sentence that changes nothing. @param {string} words */
    remark: (words) => note('version', words),
  };
}

/** @param {unknown} error */
const isAbort = (error) => error instanceof DOMException && error.name === 'AbortError';

/** @param {unknown} error */
const wordsOf = (error) => (error instanceof Error ? error.message : String(error));
