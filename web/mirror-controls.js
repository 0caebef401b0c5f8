// Native controls for the kinds of fields in web/mirror-fields.js. Each follows the state, and leaves a
// number alone while it is being typed.
import { button, element } from './element.js';

/**
 * @typedef {import('./viewer.js').ViewState} ViewState
 * @typedef {import('./mirror-fields.js').Field} Field
 * @typedef {import('./mirror-fields.js').Limits} Limits
 * @typedef {(fields: Partial<ViewState>) => void} Set
 *
 * @typedef {object} Control
 * @property {HTMLElement} element
 * @property {(state: ViewState, limits: Limits) => void} show
 */

/** @param {HTMLInputElement | HTMLSelectElement} input @param {string} value */
function giveValue(input, value) {
  const isTyped = input.type === 'number' && document.activeElement === input;
  if (!isTyped && input.value !== value) input.value = value;
}

/** @param {string} words @param {Node} control */
const labelled = (words, control) => element('label', {}, element('span', {}, words), control);

/** @param {string} words @param {Node[]} controls */
const group = (words, ...controls) => element('fieldset', {}, element('legend', {}, words), ...controls);

/** @param {Field} field @param {Set} set @returns {Control} */
function buttons({ field, label, choices = [] }, set) {
  const all = choices.map(([value, name]) => button(name, () => set({ [field]: value })));
  return {
    element: group(label, ...all),
    show(state) {
      choices.forEach(([value], i) => all[i].setAttribute('aria-pressed', String(state[field] === value)));
    },
  };
}

/** @param {Field} field @param {Set} set @returns {Control} */
function choice({ field, label, choices = [] }, set) {
  const option = (/** @type {string | number} */ value, /** @type {string} */ name) => element('option', { value: String(value) }, name);
  const select = element('select', {}, ...choices.map(([value, name]) => option(value, name)));
  const isNumber = typeof choices[0][0] === 'number';
  select.addEventListener('change', () => set({ [field]: isNumber ? Number(select.value) : select.value }));
  return {
    element: labelled(label, select),
    show(state) {
      const value = String(state[field]);
      if (![...select.options].some((one) => one.value === value)) select.append(option(value, value));
      giveValue(select, value);
    },
  };
}

/** @param {Field} field @param {Set} set @returns {Control} */
function range({ field, label, range: rangeOf, value, words }, set) {
  const input = element('input', { type: 'range', ariaLabel: label }); // without the value, which the form shows beside it
  const output = element('output', {});
  input.addEventListener('input', () => set({ [field]: Number(input.value) }));
  return {
    element: labelled(label, element('span', { className: 'with-value' }, input, output)),
    show(state, limits) {
      Object.assign(input, mapText(rangeOf?.(limits) ?? {}));
      const number = value ? value(state, limits) : Number(state[field]);
      giveValue(input, String(number));
      const says = words?.(number, limits) ?? String(number);
      input.setAttribute('aria-valuetext', says);
      output.textContent = says.replace(' percent', ' %');
    },
  };
}

/** @param {object} numbers */
const mapText = (numbers) => Object.fromEntries(Object.entries(numbers).map(([name, value]) => [name, String(value)]));

/** @param {Field} field @param {Set} set @returns {Control} */
function number({ field, label, range: rangeOf }, set) {
  const input = element('input', { type: 'number' });
  input.addEventListener('change', () => { if (input.value) set({ [field]: Number(input.value) }); });
  return {
    element: labelled(label, input),
    show(state, limits) {
      Object.assign(input, mapText(rangeOf?.(limits) ?? {}));
      giveValue(input, String(state[field]));
    },
  };
}

/** @param {Field} field @param {Set} set @returns {Control} */
function headBoxes({ label }, set) {
  /** @type {HTMLInputElement[]} */
  let boxes = [];
  const list = element('div', { className: 'boxes' });
  const setFromBoxes = () => {
    const on = boxes.flatMap((box, i) => (box.checked ? [i + 1] : []));
    set({ heads: on.length === boxes.length ? 'all' : on });
  };
  const makeBox = (/** @type {number} */ head) => {
    const box = element('input', { type: 'checkbox' });
    box.addEventListener('change', setFromBoxes);
    list.append(element('label', {}, box, element('span', {}, `Head ${head}`)));
    return box;
  };
  return {
    element: group(label, list, button('All heads', () => set({ heads: 'all' }))),
    show({ heads: on }, { heads }) {
      if (boxes.length !== heads) {
        list.replaceChildren();
        boxes = Array.from({ length: heads }, (_, i) => makeBox(i + 1));
      }
      boxes.forEach((box, i) => { box.checked = on === 'all' || on.includes(i + 1); });
    },
  };
}

/** @param {Field} field @param {Set} set @returns {Control} */
function patch({ field, label }, set) {
  const row = element('input', { type: 'number', min: '0' });
  const col = element('input', { type: 'number', min: '0' });
  let middle = [0, 0];
  const ask = () => {
    const at = [row, col].map((input, axis) =>
      Math.min(Number(input.max), Math.max(0, input.value ? Math.round(Number(input.value)) : middle[axis])));
    if (row.value || col.value) set({ [field]: at });
    else set({ [field]: null });
  };
  for (const input of [row, col]) input.addEventListener('change', ask);
  return {
    element: group(label, labelled('Row', row), labelled('Column', col), button('Ask [CLS]', () => set({ [field]: null }))),
    show(state, { rows, cols }) {
      const at = /** @type {[number, number] | null} */ (state[field]);
      middle = [Math.floor(rows / 2), Math.floor(cols / 2)];
      row.max = String(Math.max(0, rows - 1));
      col.max = String(Math.max(0, cols - 1));
      giveValue(row, at ? String(at[0]) : '');
      giveValue(col, at ? String(at[1]) : '');
    },
  };
}

/** @type {Record<Field['kind'], (field: Field, set: Set) => Control>} */
const makers = { buttons, choice, range, number, heads: headBoxes, patch };

/** @param {Field} field @param {Set} set */
export const makeControl = (field, set) => makers[field.kind](field, set);
