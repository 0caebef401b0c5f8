// What the engine does for a figure, over its picture: the offer to compute the maps, then how far it is and a way
// to end it.
import { button, element } from '../element.js';
import { createCompute } from './compute.js';

/**
 * @typedef {import('./compute.js').Compute} Compute
 * @typedef {import('./load.js').Photo} Photo
 */

/** @param {import('./state.js').ViewState} state @param {() => void} start the reader takes the offer */
export function createOffer(state, start) {
  const begin = button('', start);
  const words = element('output');
  const end = button('Cancel', cancel);
  const node = element('div', { className: 'offer' }, begin, words, end);
  /** @type {Compute | undefined} */
  let latest;
  let offered = false;
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

  function open() {
    /** @type {Compute} */
    const compute = createCompute({ model: state.model, say: (says) => { if (compute === latest) say(says); } });
    return compute;
  }

  /** @param {string} amount */
  const name = (amount) => { begin.textContent = `Compute the attention maps (${amount && `about ${amount}, `}stays on your device)`; };

  return {
    node,
    cancel,

    /** Whether there are no maps. @param {boolean} are */
    offer(are) {
      if (are && !offered) {
        name('');
        open().downloadWords().then(name, () => {}); // what is wrong with it is said when it is wanted
      }
      offered = are;
      say(words.textContent ?? '');
    },

    /** The maps of a photo; null: cancelled, or another photo came. @param {Photo} photo */
    async run(photo) {
      cancel();
      const compute = latest = open();
      const results = await compute.run(photo.blob, state).catch(unlessCancelled);
      return results && compute === latest ? { photo, results, compute } : null;
    },
  };
}

/** @param {unknown} error @returns {null} */
export function unlessCancelled(error) {
  if (error instanceof DOMException && error.name === 'AbortError') return null;
  throw error;
}
