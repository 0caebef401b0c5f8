// What the engine does for a figure of an article (web/embed/figure.js), which loads this when it is first wanted:
// the offer to compute the maps, over the picture; then how far that is, and a way to end it; where any patch
// looks; and the way back from the reader's photo to the author's.
import { button, element } from './element.js';
import { downloadWords, openFigure } from './shared-engine.js';

/**
 * @typedef {import('./embed/load.js').Photo} Photo
 * @typedef {import('./embed/figure.js').Content} Content
 * @typedef {ReturnType<typeof openFigure>} Hold of the engine, which can be asked about any patch of its photo
 * @typedef {ReturnType<typeof createWork>} Work
 *
 * @typedef {object} Figure
 * @property {import('./embed/state.js').ViewState} state
 * @property {HTMLElement} place of the picture
 * @property {() => Content | undefined} first the author's
 * @property {() => Content | undefined} shown
 * @property {(content: Content) => void} show
 * @property {(partial: any) => void} change of the state
 * @property {(action: () => unknown) => void} attempt says what goes wrong
 */

/** Maps of patches that a figure keeps. */
const mostQueries = 16;

const css = `
  .work { position: absolute; inset: auto 0 0; z-index: 1; display: flex; justify-content: space-between; align-items: center; gap: 1em;
    padding: .2em .9em; background: #111d; color: #fff; font-size: .8125em; line-height: 1.5; font-variant-numeric: tabular-nums }
  .work output { text-align: start }
  .work button { text-align: start; text-decoration: underline 1px; text-underline-offset: .25em }
`;

/** @type {CSSStyleSheet | undefined} */
let sheet;

/** @param {Figure} figure */
export function createWork({ state, place, first, shown, show, change, attempt }) {
  const begin = button('', () => attempt(start));
  const words = element('output');
  const end = button('Cancel', cancel);
  const node = element('div', { className: 'work', hidden: true }, begin, words, end);
  const back = button('Back to the first photo', restore, { className: 'word', hidden: true });
  /** @type {Hold | undefined} */
  let latest;
  /** The query that the engine is asked about. */
  let asking = '';

  const root = /** @type {ShadowRoot} */ (place.getRootNode());
  sheet ??= new CSSStyleSheet();
  sheet.replaceSync(css);
  root.adoptedStyleSheets = [...root.adoptedStyleSheets, sheet];
  root.querySelector('.end')?.prepend(back);
  place.append(node);
  name();

  /** @param {string} [amount] that comes here for it, as '6.4 MB' */
  function name(amount) {
    begin.textContent = `Compute the attention maps (${amount ? `about ${amount}, ` : ''}stays on your device)`;
  }

  function say(says = '') {
    const offered = Boolean(shown()) && !shown()?.results;
    words.textContent = says;
    begin.hidden = !offered || Boolean(says);
    end.hidden = !says;
    node.hidden = !offered && !says;
    back.hidden = shown() === first();
  }

  function open() {
    /** @type {Hold} */
    const hold = openFigure({ model: state.model, say: (says) => { if (hold === latest) say(says); } });
    return hold;
  }

  function cancel() {
    latest?.cancel();
    say();
  }

  /** The maps of a photo; one that is under way ends. @param {Photo} photo */
  async function run(photo) {
    cancel();
    const compute = latest = open();
    say('Starting the engine');
    const results = await compute.run(photo.blob, state).catch(unlessCancelled).finally(() => compute === latest && say());
    if (!results || compute !== latest) return;
    if (photo !== first()?.photo) change({ query: null });
    show({ photo, results, compute });
    say();
  }

  async function start() {
    const content = first();
    if (content) await run(content.photo);
  }

  function restore() {
    cancel();
    change({ query: null });
    const content = first();
    if (content) show(content);
    say();
  }

  return {
    run,
    start,
    cancel,

    /** To compute the maps of the author's photo. */
    async offer() {
      say();
      name(await downloadWords(state.model).catch(() => '')); // whatever is wrong with it is said when it is wanted
    },

    /** The maps of the query. */
    async ask() {
      const content = shown();
      const { query } = state;
      const key = `${query}`;
      if (!query || !content?.results || !content.compute || asking === key) return;
      asking = key;
      latest = content.compute;
      const { queries } = content.results;
      const maps = await content.compute.query(...query).catch(unlessCancelled).finally(() => { if (asking === key) asking = ''; });
      if (maps) queries.set(key, maps);
      if (queries.size > mostQueries) queries.delete([...queries.keys()][0]);
      if (content !== shown() || `${state.query}` !== key) return;
      if (maps) show(content);
      else change({ query: null });
    },
  };
}

/** @param {unknown} error @returns {null} */
function unlessCancelled(error) {
  if (error instanceof DOMException && error.name === 'AbortError') return null;
  throw error;
}
