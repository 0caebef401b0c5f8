// The view's controls as native ones. ImGui draws pixels, which no screen reader reads: this form has
// the same ViewState, lies behind the canvas in the order of Tab, and is seen while it has the focus or
// when the reader wants it kept.
import { button, element } from './element.js';
import { fields } from './mirror-fields.js';
import { makeControl } from './mirror-controls.js';

/**
 * @typedef {import('./viewer.js').ViewState} ViewState
 * @typedef {import('./mirror-fields.js').Limits} Limits
 *
 * @typedef {object} Parts
 * @property {HTMLElement} place
 * @property {HTMLElement} canvas where Escape goes back to
 * @property {(fields: Partial<ViewState>) => void} set
 * @property {[string, () => void][]} acts buttons at the top
 */

/** @param {Parts} parts */
export function createMirror({ place, canvas, set, acts }) {
  const controls = fields.map((field) => ({ field, ...makeControl(field, set) }));
  const keep = button('Keep open', () => show(!place.classList.contains('kept')));
  const skip = button('Skip controls', () => focusAfter());
  const form = element('form', {}, ...controls.map((control) => control.element));
  form.addEventListener('submit', (event) => event.preventDefault());
  place.replaceChildren(
    element('div', { className: 'acts' }, skip, keep, ...acts.map(([words, act]) => button(words, act))), form);
  show(false);

  place.addEventListener('keydown', (event) => {
    if (event.key !== 'Escape') return;
    event.stopPropagation(); // it means this form, not the query
    show(false);
    canvas.focus();
  });

  /** @param {boolean} kept */
  function show(kept) {
    place.classList.toggle('kept', kept);
    keep.setAttribute('aria-pressed', String(kept));
  }

  /** What Tab would come to next. */
  function focusAfter() {
    const all = /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll('button, a[href]'));
    const after = [...all].find((one) =>
      (place.compareDocumentPosition(one) & Node.DOCUMENT_POSITION_FOLLOWING) && !place.contains(one) && one.checkVisibility());
    after?.focus();
  }

  return {
    /** @param {ViewState} state @param {Limits} limits */
    follow(state, limits) {
      for (const { field, element: control, show: showValue } of controls) {
        control.hidden = field.when ? !field.when(state) : false;
        if (!control.hidden) showValue(state, limits);
      }
    },

    /** Seen until Escape. */
    keep() {
      show(true);
    },

    /** Seen, and with the focus. */
    enter() {
      show(true);
      keep.focus();
    },
  };
}
