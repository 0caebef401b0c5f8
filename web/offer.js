// What the engine does for a figure (web/embed), over its picture: the offer to compute the maps, then how far it is
// and a way to end it. A figure asks for this module when it first needs the engine.
import { button, element } from './element.js';
import { downloadWords, openFigure } from './shared-engine.js';

/**
 * @typedef {ReturnType<typeof openFigure>} Compute
 * @typedef {import('./embed/load.js').Photo} Photo
 * @typedef {ReturnType<typeof createOffer>} Offer
 */

/** Maps of patches that a figure keeps. */
const mostQueries = 16;

const css = `
.offer {
  position: absolute; inset: auto 0 0; z-index: 1; display: flex; justify-content: space-between; align-items: center;
  gap: 1em; padding: .2em .9em; background: #111d; color: #fff; font-size: .8125em;
}
.offer button { text-align: start; text-decoration: underline 1px; text-underline-offset: .25em }
`;

/**
 * @param {HTMLElement} stage of the figure
 * @param {import('./embed/state.js').ViewState} state
 * @param {() => void} start the reader takes the offer
 */
export function createOffer(stage, state, start) {
  const begin = button('', start);
  const words = element('output');
  const end = button('Cancel', cancel);
  const node = element('div', { className: 'offer' }, begin, words, end);
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(css);
  /** @type {ShadowRoot} */ (stage.getRootNode()).adoptedStyleSheets.push(sheet);
  stage.append(node);
  /** @type {Compute | undefined} */
  let latest;
  let offered = false;
  /** The query that the engine is asked about. */
  let asking = '';
  say('');

  function say(says = '') {
    words.textContent = says;
    begin.hidden = !offered || Boolean(says);
    end.hidden = !says;
    node.hidden = !offered && !says;
  }

  function cancel() {
    latest?.cancel();
    say();
  }

  /** @param {string} amount */
  const name = (amount) => { begin.textContent = `Compute the attention maps (${amount && `about ${amount}, `}stays on your device)`; };

  return {
    cancel,

    /** Whether there are no maps. @param {boolean} are */
    offer(are) {
      if (are && !offered) {
        name('');
        downloadWords(state.model).then(name, () => {}); // what is wrong with it is said when it is wanted
      }
      offered = are;
      say(words.textContent ?? '');
    },

    /** The maps of a photo; null: cancelled, or another photo came. @param {Photo} photo */
    async run(photo) {
      cancel();
      /** @type {Compute} */
      const compute = latest = openFigure({ model: state.model, say: (says) => { if (compute === latest) say(says); } });
      say('Loading the engine');
      const results = await compute.run(photo.blob, state).catch(unlessCancelled).finally(() => { if (compute === latest) say(); });
      return results && compute === latest ? { photo, results, compute } : null;
    },

    /**
     * The maps of a patch as the query, kept among the others; null: cancelled; undefined: it is asked about already, or
     * another since.
     * @param {Compute} compute
     * @param {[number, number]} query
     * @param {Map<string, Float32Array>} queries
     */
    async ask(compute, query, queries) {
      const key = `${query}`;
      if (asking === key) return undefined;
      asking = key;
      const maps = await compute.query(...query).catch(unlessCancelled).finally(() => { if (asking === key) asking = ''; });
      if (maps) queries.set(key, maps);
      if (queries.size > mostQueries) queries.delete([...queries.keys()][0]);
      return maps ?? (asking ? undefined : null);
    },
  };
}

/** @param {unknown} error @returns {null} */
function unlessCancelled(error) {
  if (error instanceof DOMException && error.name === 'AbortError') return null;
  throw error;
}
