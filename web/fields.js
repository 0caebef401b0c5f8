// What the views rollout, similarity and PCA draw, and the explanation of one number: asks the engine
// when the view needs it, about the photo on screen and without the network.
import { unlessAborted } from './protocol.js';
import { cancelled, isCancelled, movedPatch, wordsOf } from './scenes.js';

/**
 * @typedef {import('./engine.js').Engine} Engine
 * @typedef {import('./scenes.js').View} SceneView
 * @typedef {import('./viewer.js').Viewer} Viewer
 * @typedef {import('./viewer.js').ViewState} ViewState
 * @typedef {import('./scenes.js').Patch} Patch
 * @typedef {import('./scenes.js').Maps} Maps
 * @typedef {{signal?: AbortSignal, onProgress?: import('./protocol.js').OnProgress}} AskOptions
 *
 * @typedef {object} Want something that a pane should show
 * @property {'rollout' | 'similarity' | 'pca' | 'explain'} kind
 * @property {string} id all that the answer depends on, of this photo and model
 * @property {(engine: Engine, options: AskOptions) => Promise<any>} ask
 * @property {(answer: any) => void} show
 *
 * @typedef {object} Parts
 * @property {Viewer} viewer
 * @property {ReturnType<typeof import('./scenes.js').createScenes>} scenes
 * @property {ReturnType<typeof import('./notices.js').messageBox>} message
 * @property {ReturnType<typeof import('./notices.js').progressBar>} progress
 * @property {() => boolean} paused the camera has the engine
 */

/** Answers kept for each photo and model. */
const keptAnswers = 8;

/** @param {Parts} parts */
export function createFields({ viewer, scenes, message, progress, paused }) {
  /** Of the photos and models that are still there. @type {WeakMap<Maps, Map<string, any>>} */
  const answers = new WeakMap();
  /** What the viewer was given since the maps of now, by pane and kind. @type {Map<string, string>} */
  const shown = new Map();
  /** @type {{id: string, work: AbortController} | null} */
  let asking = null;
  let busy = false;
  /** The last that was answered: what a cancelled rollout goes back to. @type {Partial<ViewState>} */
  let settled = { view: 'overlay', fusion: 'mean', discard: 0 };

  /** Shows what is known already; gives the first that has to be asked. */
  function nextToAsk() {
    const scene = scenes.shown();
    if (!scene || paused()) return null;
    const state = viewer.state();
    const queries = viewer.queries();
    for (const [pane, view] of scene.views.entries()) {
      const explain = samePlace(state.explain, scene.views[0].maps, view.maps);
      for (const want of wantsOf(viewer, state, view.maps, { pane, query: queries[pane], explain })) {
        const slot = `${pane} ${want.kind}`;
        if (shown.get(slot) === want.id) continue;
        const answer = answers.get(view.maps)?.get(want.id);
        if (!answer) return { scene, view, want };
        want.show(answer);
        shown.set(slot, want.id);
      }
    }
    const { view, fusion, discard } = state;
    settled = { view, fusion, discard };
    return null;
  }

  /** Brings on screen what the view asks for. */
  function follow() {
    const next = nextToAsk();
    if (asking && asking.id !== next?.want.id) asking.work.abort(cancelled());
    if (next && !busy) askAll();
  }

  /** One question at a time, always the one that the view has now. */
  async function askAll() {
    busy = true;
    try {
      await scenes.settled();
      for (let next; (next = nextToAsk()); await scenes.settled()) await askOne(next);
    } finally {
      busy = false;
    }
  }

  /** @param {NonNullable<ReturnType<typeof nextToAsk>>} next */
  async function askOne({ scene, view, want }) {
    const work = new AbortController();
    let byReader = false;
    asking = { id: want.id, work };
    const who = scene.views.length > 1 ? view.runner.name() : '';
    const onProgress = (/** @type {import('./protocol.js').Progress} */ how) => progress.show(how, who);
    const stop = progress.start(() => {
      byReader = true;
      work.abort(cancelled());
    });
    onProgress({ stage: want.kind, done: 0, total: want.kind === 'rollout' ? view.maps.layers : 1 });
    try {
      const question = (/** @type {Engine} */ engine) => want.ask(engine, { signal: work.signal, onProgress });
      const answer = await unlessAborted(view.runner.ask(scene, question, { onProgress }), work.signal);
      keep(answers, view.maps, want.id, answer);
    } catch (error) {
      const gone = scene !== scenes.shown() || !scene.views.includes(view) || view.outdated;
      if (!gone && (byReader || !isCancelled(error))) giveUp(want, byReader ? null : error);
    } finally {
      asking = null;
      stop();
    }
  }

  /**
   * What was there before stays.
   * @param {Want} want
   * @param {unknown} error null: the reader cancelled it
   */
  function giveUp({ kind }, error) {
    if (error) message.show(wordsOf(error));
    if (kind === 'explain') viewer.setState({ explain: null });
    else if (kind === 'rollout' && (settled.view !== kind || shown.has('0 rollout'))) viewer.setState(settled);
    else viewer.setState({ view: 'overlay' });
  }

  return {
    follow,

    /** All that the view asks for is on screen. */
    isCurrent: () => nextToAsk() === null,

    /** There are other maps on screen, without all this. */
    drawn() {
      shown.clear();
      const scene = scenes.shown();
      for (const [pane, { maps }] of scene?.views.entries() ?? []) {
        const photo = scene?.photo.picture && asCovered(scene.photo.picture, maps);
        if (photo) viewer.setGradientPhoto(pane, photo);
      }
      follow();
    },

    /**
     * Of a frame of the camera that the engine has just seen: what shows it, once its maps are there.
     * @param {Engine} engine
     * @param {Maps} maps
     * @param {Patch | null} query
     */
    async ofFrame(engine, maps, query) {
      const state = viewer.state();
      const wants = [...wantsOf(viewer, state, maps, { pane: 0, query, explain: state.explain })];
      const found = await Promise.all(wants.map((want) => want.ask(engine, {})));
      return () => wants.forEach((want, i) => want.show(found[i]));
    },
  };
}

/**
 * @param {Viewer} viewer
 * @param {ViewState} state
 * @param {Maps} maps
 * @param {{pane: number, query: Patch | null, explain: Patch | null}} where in the grid of this pane
 * @returns {Generator<Want>}
 */
function* wantsOf(viewer, state, maps, { pane, query, explain }) {
  const key = viewer.fieldKey(pane);
  const field = key && fieldAsk(state, maps, query);
  if (field) {
    const { kind, channels, ask } = field;
    const id = kind === 'similarity' ? `${key} ${query}` : key;
    yield { kind, id, ask, show: (values) => viewer.setField(pane, { kind, key, values, channels }) };
  }
  if (explain) {
    yield {
      kind: 'explain',
      id: `explain ${query} ${explain}`,
      ask: (engine) => engine.explain(query, explain),
      show: (parts) => viewer.setExplanation(pane, { query, patch: explain, ...parts }),
    };
  }
}

/**
 * @param {ViewState} state
 * @param {Maps} maps
 * @param {Patch | null} query
 * @returns {{kind: 'rollout' | 'similarity' | 'pca', channels: 1 | 3, ask: Want['ask']} | null}
 */
function fieldAsk({ view, fusion, discard, facet, layer }, { layers }, query) {
  switch (view) {
    case 'rollout': {
      const thousandths = Math.round(1000 * discard) / 1000;
      return { kind: view, channels: 1, ask: (engine, options) => engine.rollout({ fusion, discard: thousandths, ...options }) };
    }
    case 'similarity':
      return { kind: view, channels: 1, ask: (engine) => engine.similarity(query) };
    case 'pca': {
      const shownLayer = Math.min(layer || layers, layers);
      return { kind: view, channels: 3, ask: (engine) => engine.pca({ layer: shownLayer, facet }) };
    }
    default: return null;
  }
}

/**
 * A patch of one grid in another one.
 * @param {Patch | null} patch
 * @param {Maps} from
 * @param {Maps} to
 */
const samePlace = (patch, from, to) => (from === to ? patch : movedPatch(patch, from, to));

/**
 * The photo as the network's patches cover it, over white.
 * @param {ImageBitmap} picture
 * @param {Maps} maps
 */
function asCovered(picture, { height, width, resized }) {
  const context = new OffscreenCanvas(width, height).getContext('2d', { willReadFrequently: true });
  if (!context) return null;
  context.fillStyle = 'white';
  context.fillRect(0, 0, width, height);
  context.drawImage(picture, 0, 0, resized.width, resized.height);
  return context.getImageData(0, 0, width, height);
}

/**
 * The oldest makes room.
 * @param {WeakMap<Maps, Map<string, any>>} answers
 * @param {Maps} maps
 * @param {string} id
 * @param {any} answer
 */
function keep(answers, maps, id, answer) {
  const kept = answers.get(maps) ?? new Map();
  answers.set(maps, kept.set(id, answer));
  if (kept.size > keptAnswers) kept.delete(kept.keys().next().value);
}
