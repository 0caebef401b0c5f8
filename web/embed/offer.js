// What lies over the picture where the engine has something to do: the offer to compute the maps, then how far
// it is, and a way to end it.
import { button, element } from '../element.js';

/** @param {{start: () => void, cancel: () => void}} actions */
export function createOffer({ start, cancel }) {
  const words = element('output');
  const begin = button('', start);
  const end = button('Cancel', cancel);
  const node = element('div', { className: 'offer', hidden: true }, begin, words, end);

  /** @param {{offers: boolean, says: string}} what */
  function show({ offers, says }) {
    node.hidden = !offers && !says;
    begin.hidden = !offers || Boolean(says);
    end.hidden = !says;
    if (words.textContent !== says) words.textContent = says;
  }

  return {
    node,
    show,

    /** What comes here before the first maps, as '6.4 MB'; ''. @param {string} amount */
    name(amount) {
      begin.textContent = `Compute the attention maps (${amount && `about ${amount}, `}stays on your device)`;
    },
  };
}
