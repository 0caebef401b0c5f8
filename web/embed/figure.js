// One figure: what it shows, where that comes from, and what is wrong with it.
import { element } from '../element.js';
import { createControls } from './controls.js';
import { takeDrops } from './input.js';
import { decodePhoto, loadFiles } from './load.js';
import { painter } from './picture.js';
import { createStage } from './stage.js';
import { fields, read, readAttribute, reflect, settings, startOf, unknownAttribute, wholeState } from './state.js';
import css from './style.css';
import { viewOf } from './view.js';
import { alternative } from './words.js';
import { max } from './math.js';

/**
 * @typedef {import('./state.js').ViewState} ViewState
 * @typedef {import('./baked.js').Results} Results
 * @typedef {import('./load.js').Photo} Photo
 * @typedef {import('../offer.js').Offer} Offer
 *
 * @typedef {object} Content
 * @property {Photo} photo
 * @property {Results | null} results
 * @property {import('../offer.js').Compute} [compute] the engine that has seen it, which can be asked about any patch
 */

/** One for all figures, and not inline: a strict style-src allows it. @type {CSSStyleSheet | undefined} */
let sheet;

/** What computes lies with the engine, as seen from embed.js. In the npm package ASSETS is '': there bundlers must see the import. */
const engineAt = `${ASSETS}offer.js`;

const restored = 'webglcontextrestored';

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
  /** @type {Promise<Offer> | undefined} */
  let coming;
  /** @type {(results: Results | null) => void} */
  let settle = () => {};
  /** @type {Promise<Results | null>} */
  const ready = new Promise((resolve) => (settle = resolve));
  let live = false; // something was drawn
  let near = false; // the viewport
  let reflecting = false;
  let frame = 0;
  /** @type {(() => void)[]} */
  let endings = [];

  const stage = createStage({
    change,
    redraw: draw,
    hovered: (detail) => fire('hover', detail),
    canAsk: (patch) => Boolean(shown?.compute ?? shown?.results?.queries.has(`${patch}`)),
  });
  const controls = createControls({ change, takePhoto: run, restore });
  const message = element('p', { className: 'message', role: 'status', hidden: true });
  const root = host.attachShadow({ mode: 'open' });
  sheet ??= new CSSStyleSheet();
  sheet.replaceSync(css);
  root.adoptedStyleSheets = [sheet];
  root.append(stage.node, ...controls.nodes, message);
  takeDrops(host, run);

  /** @param {string} name @param {unknown} detail */
  function fire(name, detail) {
    host.dispatchEvent(new CustomEvent(`headlens-${name}`, { detail, bubbles: true, composed: true }));
  }

  /** What is wrong with something; '': nothing any more. @param {string} about @param {unknown} [error] */
  function note(about, error = '') {
    const words = error instanceof Error ? error.message : `${error}`;
    const known = problems.get(about);
    problems.set(about, words);
    if (!words) problems.delete(about);
    message.textContent = [...problems.values()].join(' ');
    message.hidden = !problems.size;
    if (words && words !== known) fire('error', { message: words });
  }

  /** What goes wrong is noted. @param {string} about @param {() => unknown} action */
  async function attempt(about, action, signal = work?.signal) {
    note(about);
    try {
      await action();
    } catch (error) {
      if (!signal?.aborted) note(about, error);
    }
  }

  /** @param {any} partial that fits */
  function change(partial) {
    const before = JSON.stringify(state);
    Object.assign(state, partial);
    if (JSON.stringify(state) === before) return;
    reflecting = true;
    for (const name in partial) reflect(host, name, partial[name]);
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

  /** The poster stays where the author's figure is wrong; two versions on a page are not its fault. */
  const mayDraw = () => live || problems.size === +problems.has('version');

  const viewNow = () => (shown?.results ? viewOf(state, shown.results) : undefined);

  /** Brings everything to the state. */
  function follow() {
    const view = viewNow();
    note('range', view && shown === first ? beyond(view.results) : '');
    controls.show(mayDraw() ? view : undefined, setting.controls, shown !== first);
    if (shown && !view) attempt('engine', async () => (await offer()).offer(true));
    if (!view) return;
    came((one) => one.offer(false));
    stage.describe(setting.alt || alternative(view));
    draw();
    const { query } = state;
    const { queries } = view.results;
    const compute = shown?.compute;
    if (query && compute && !queries.has(`${query}`)) {
      attempt('engine', async () => {
        const maps = await (await offer()).ask(compute, query, queries);
        if (maps) follow();
        else if (maps === null) change({ query: null });
      });
    }
  }

  /** What asks the engine; it comes when it is first needed. */
  const offer = () => (coming ??= (ASSETS ? import(engineAt) : import('../offer.js')).then(
    ({ createOffer }) => createOffer(stage.node, state, start),
    () => {
      coming = undefined;
      throw new Error('The engine could not be loaded: check the connection.');
    }));

  /** Tells it, where it was needed; why it does not come is said elsewhere. @param {(one: Offer) => void} what */
  const came = (what) => coming?.then(what, () => {});

  /** A sentence about what the maps do not have; ''. @param {Results} results */
  function beyond({ layers, heads, rows, cols, queries }) {
    const { query } = state;
    const layer = max(state.layer, state.against);
    const head = max(state.mode === 'single' ? state.head : 0, ...(state.heads === 'all' ? [] : state.heads));
    const what = layer > layers ? `layer ${layer}` : head > heads ? `head ${head}` : query && !shown?.compute && !queries.has(`${query}`) ? `query ${query}` : '';
    return what && `The maps have no ${what}: they have ${layers} layers, ${heads} heads, ${rows} x ${cols} patches.`;
  }

  function draw() {
    frame ||= requestAnimationFrame(() => {
      frame = 0;
      const view = viewNow();
      if (near && shown && view && mayDraw()) live = stage.draw(view, shown.photo.picture) || live;
    });
  }

  /** Reads the photo and its maps again, once all attributes are set and the reader is near. */
  function reload() {
    work?.abort();
    work = undefined;
    came((one) => one.cancel());
    if (near) queueMicrotask(load);
  }

  async function load() {
    if (work) return;
    const { signal } = work = new AbortController();
    await attempt('files', async () => {
      if (!painter()) throw new Error('This browser has no WebGL 2 to draw with.');
      const content = await loadFiles(state.photo, setting.maps, signal);
      signal.throwIfAborted();
      show(first = content);
      if (!content.results && setting.load === 'visible') start();
    }, signal);
    if (problems.has('files')) settle(null);
  }

  /** @param {Content} content */
  function show(content) {
    shown = content;
    follow();
    if (!content.results) return;
    settle(content.results);
    fire('results', content.results);
  }

  /** Maps by the engine. @param {Blob | Photo} source */
  async function run(source) {
    await attempt('engine', async () => {
      const photo = source instanceof Blob ? await decodePhoto(source) : source;
      const content = await (await offer()).run(photo);
      if (!content) return;
      if (photo === first?.photo) first = content;
      else change({ query: null });
      show(content);
    });
    if (problems.has('engine')) settle(null);
  }

  function start() {
    if (first) run(first.photo);
  }

  function restore() {
    came((one) => one.cancel());
    change({ query: null });
    if (first) show(first);
  }

  return {
    connect() {
      const size = new ResizeObserver(draw);
      const visible = new IntersectionObserver((entries) => {
        near = entries[entries.length - 1].isIntersecting;
        if (near && work) draw();
        else if (near) load();
      }, { rootMargin: '50%' });
      size.observe(stage.node);
      visible.observe(host);
      painter()?.canvas.addEventListener(restored, draw);
      endings = [() => painter()?.canvas.removeEventListener(restored, draw), () => size.disconnect(), () => visible.disconnect()];
      note('attribute', unknownAttribute(host));
      follow();
    },

    disconnect() {
      for (const end of endings) end();
      endings = [];
      near = false;
      if (!shown?.results) reload();
    },

    /** @param {string} attribute @param {string | null} words */
    attribute(attribute, words) {
      if (!reflecting) attempt(attribute, () => {
        const [name, value] = readAttribute(attribute, words);
        Object.assign(name in setting ? setting : name in state ? state : {}, { [name]: value });
        changed([name]);
      });
    },

    state: () => wholeState(state),

    /** @param {any} partial */
    setState(partial) {
      attempt('state', () => {
        const fit = Object.entries(Object(partial)).map(([name, value]) => [name, read(name, value)]).filter(([name]) => name in fields);
        change(Object.fromEntries(fit));
      });
    },

    results: () => shown?.results ?? null,
    own: () => shown !== first,
    ready,

    /** A sentence that changes nothing. @param {string} words */
    remark: (words) => note('version', words),
  };
}
