// One figure: what it shows, where that comes from, and what is wrong with it.
import { element } from '../element.js';
import { createControls } from './controls.js';
import { takeDrops } from './input.js';
import { decodePhoto, loadFiles } from './load.js';
import { createOffer, unlessCancelled } from './offer.js';
import { painter } from './picture.js';
import { createStage } from './stage.js';
import { fields, readAttribute, readFields, reflect, settings, startOf, unknownAttribute, wholeState } from './state.js';
import css from './style.css';
import { alternative } from './words.js';

/**
 * @typedef {import('./state.js').ViewState} ViewState
 * @typedef {import('./baked.js').Results} Results
 * @typedef {object} Content
 * @property {import('./load.js').Photo} photo
 * @property {Results | null} results
 * @property {import('./compute.js').Compute} [compute] the engine that has seen it, which can be asked about any patch
 */

/** One for all figures, and not inline: a strict style-src allows it. @type {CSSStyleSheet | undefined} */
let sheet;

function styleSheet() {
  sheet ??= new CSSStyleSheet();
  sheet.replaceSync(css);
  return sheet;
}

/** Maps of patches that a figure keeps. */
const mostQueries = 16;

/** What has to be read or computed again when it changes. */
const sources = ['photo', 'maps', 'model', 'size', 'aspect'];

/** @param {HTMLElement} host */
export function createFigure(host) {
  /** @type {ViewState} */
  const state = startOf(fields);
  const setting = startOf(settings);
  /** Sentences by what they are about. @type {Map<string, string>} */
  const problems = new Map();
  /** The author's. @type {Content | undefined} */
  let first;
  /** @type {Content | undefined} */
  let shown;
  /** Of what is being read and computed. @type {AbortController | undefined} */
  let work;
  /** @type {PromiseWithResolvers<Results | null>} */
  let ready = withResolvers();
  let live = false; // something was drawn
  let near = false; // the viewport
  let reflecting = false;
  let frame = 0;
  /** @type {(() => void)[]} */
  let endings = [];

  const stage = createStage({ change, hovered: (detail) => fire('hover', detail) });
  const controls = createControls({ change, takePhoto, restore });
  const message = element('p', { className: 'message', role: 'status', hidden: true });
  const root = host.attachShadow({ mode: 'open' });
  root.adoptedStyleSheets = [styleSheet()];
  const offer = createOffer(state, start);
  stage.node.append(offer.node);
  root.append(stage.node, ...controls.nodes, message);
  takeDrops(host, stage.node, takePhoto);

  /** @param {string} name @param {unknown} detail */
  function fire(name, detail) {
    host.dispatchEvent(new CustomEvent(`headlens-${name}`, { detail, bubbles: true, composed: true }));
  }

  /** What is wrong with something; '': nothing any more. @param {string} about @param {string} words */
  function note(about, words = '') {
    const known = problems.get(about) ?? '';
    if (words) problems.set(about, words);
    else problems.delete(about);
    message.textContent = [...problems.values()].join(' ');
    message.hidden = !problems.size;
    if (words && words !== known) fire('error', { message: words });
  }

  /** @param {Partial<ViewState>} partial that fits */
  function change(partial) {
    const before = JSON.stringify(state);
    Object.assign(state, structuredClone(partial));
    if (JSON.stringify(state) === before) return;
    reflecting = true;
    for (const name in partial) reflect(host, name, Reflect.get(state, name));
    reflecting = false;
    changed(Object.keys(partial));
  }

  /** @param {string[]} names */
  function changed(names) {
    if (!endings.length) return;
    if (names.some((name) => sources.includes(name))) reload();
    follow();
    fire('state', wholeState(state));
  }

  /** Of the query. @returns {Float32Array | null} (layers, heads, rows, cols) */
  const scoresOf = (results = shown?.results) => results?.queries.get(`${state.query}`) ?? results?.cls ?? null;

  /** Brings everything to the state. */
  function follow() {
    const results = shown?.results;
    const scores = scoresOf();
    note('range', results && shown === first ? beyond(results) : '');
    controls.show({ state, results, scores, own: shown !== first }, setting.controls);
    if (results && scores) {
      stage.describe(setting.alt || alternative(state, results, scores));
      askQuery();
    }
    offer.offer(Boolean(shown && !results));
    draw();
  }

  /** What the model or the file of maps does not have. @param {Results} results */
  function beyond({ layers, heads, rows, cols, queries }) {
    const { query, against, layer } = state;
    const head = Math.max(state.mode === 'single' ? state.head : 0, ...(state.heads === 'all' ? [] : state.heads));
    if (Math.max(layer, against) > layers) return `There is no layer ${Math.max(layer, against)}: the model has ${layers}.`;
    if (head > heads) return `There is no head ${head}: each layer has ${heads}.`;
    if (!query || shown?.compute || queries.has(`${query}`)) return '';
    if (query[0] >= rows || query[1] >= cols) return `There is no patch ${query}: the photo has ${rows} rows and ${cols} columns of them.`;
    return `The patch ${query} was not baked: headlens bake --query ${query} does.`;
  }

  function draw() {
    frame ||= requestAnimationFrame(drawNow);
  }

  function drawNow() {
    frame = 0;
    const scores = scoresOf();
    if (!near || !shown?.results || !scores || (!live && problems.size)) return;
    live = stage.draw({ state, photo: shown.photo.picture, results: shown.results, scores, asksAll: Boolean(shown.compute) }) || live;
  }

  /** Reads the photo and its maps again, once all attributes are set and the reader is near. */
  function reload() {
    work?.abort();
    work = undefined;
    offer.cancel();
    if (near) queueMicrotask(load);
  }

  async function load() {
    if (work) return;
    const { signal } = work = new AbortController();
    try {
      if (!painter()) throw new Error('This browser offers no WebGL 2, with which the figure draws.');
      const content = await loadFiles(state.photo, setting.maps, signal);
      if (signal.aborted) return;
      note('files');
      first = content;
      show(first);
      if (!content.results && setting.load === 'visible') start();
    } catch (error) {
      if (signal.aborted) return;
      note('files', wordsOf(error));
      ready.resolve(null);
    }
  }

  /** @param {Content} content */
  function show(content) {
    stage.release();
    shown = content;
    follow();
    if (!content.results) return;
    ready.resolve(content.results);
    fire('results', content.results);
  }

  /** Maps by the engine. @param {import('./load.js').Photo | Promise<import('./load.js').Photo>} photo */
  async function run(photo) {
    try {
      const content = await offer.run(await photo);
      if (!content) return;
      note('engine');
      if (content.photo === first?.photo) first = content;
      else change({ query: null });
      show(content);
    } catch (error) {
      note('engine', wordsOf(error));
      ready.resolve(null);
    }
  }

  function start() {
    if (first) run(first.photo);
  }

  /** @param {File} file */
  function takePhoto(file) {
    run(decodePhoto(file));
  }

  function restore() {
    offer.cancel();
    note('engine');
    change({ query: null });
    if (first) show(first);
  }

  /** The maps of the query, where the engine has to be asked. */
  async function askQuery() {
    const { query } = state;
    const { compute, results } = shown ?? {};
    if (!query || !compute || !results || results.queries.has(`${query}`)) return;
    try {
      const maps = await compute.query(...query).catch(unlessCancelled);
      if (maps) results.queries.set(`${query}`, maps);
      if (results.queries.size > mostQueries) results.queries.delete([...results.queries.keys()][0]);
      if (maps) follow();
      else if (query === state.query) change({ query: null });
    } catch (error) {
      note('engine', wordsOf(error));
    }
  }

  const checkNames = () => note('attribute', unknownAttribute(host));

  return {
    connect() {
      const names = new MutationObserver(checkNames);
      const size = new ResizeObserver(draw);
      const visible = new IntersectionObserver((entries) => {
        near = entries[entries.length - 1].isIntersecting;
        if (!near) stage.release();
        else if (work) draw();
        else load();
      }, { rootMargin: '50%' });
      names.observe(host, { attributes: true });
      size.observe(stage.node);
      visible.observe(host);
      painter()?.redraws.add(draw);
      endings = [() => painter()?.redraws.delete(draw), ...[names, size, visible].map((one) => () => one.disconnect())];
      checkNames();
      follow();
    },

    disconnect() {
      for (const end of endings) end();
      endings = [];
      near = false;
      if (!shown?.results) reload();
      cancelAnimationFrame(frame);
      frame = 0;
      stage.release();
    },

    /** @param {string} attribute @param {string | null} words */
    attribute(attribute, words) {
      if (reflecting) return;
      const { name, value, problem } = readAttribute(attribute, words);
      note(attribute, problem);
      if (problem !== undefined) return;
      Object.assign(name in setting ? setting : state, { [name]: value });
      changed([name]);
    },

    state: () => wholeState(state),

    /** @param {unknown} partial */
    setState(partial) {
      const { fit, problem } = readFields(partial);
      note('state', problem);
      change(fit);
    },

    results: () => shown?.results ?? null,
    own: () => shown !== first,
    ready: () => ready.promise,

    /** A sentence that changes nothing. @param {string} words */
    remark: (words) => note('version', words),
  };
}

/** @param {unknown} error */
const wordsOf = (error) => (error instanceof Error ? error.message : String(error));

/** As Promise.withResolvers, which not every browser has. @returns {any} */
function withResolvers() {
  /** @type {any} */
  const made = {};
  made.promise = new Promise((resolve) => (made.resolve = resolve));
  return made;
}
