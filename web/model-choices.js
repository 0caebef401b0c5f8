// The model in use: what it is, what was assumed of it, and other choices.
import { element } from './element.js';

/**
 * @typedef {import('./engine.js').ModelInfo} ModelInfo
 * @typedef {import('./model.js').Choices} Choices
 *
 * @typedef {object} Row a choice
 * @property {keyof Choices} field of info.assumed
 * @property {string} label
 * @property {string} now what is in use
 * @property {[string, Choices][]} options
 */

const imagenet = { mean: [0.485, 0.456, 0.406], std: [0.229, 0.224, 0.225] };
const half = { mean: [0.5, 0.5, 0.5], std: [0.5, 0.5, 0.5] };

/** @type {Record<string, string>} */
const filterWords = { bilinear: 'Bilinear (DINO)', bicubic: 'Bicubic (DINOv2, DeiT, AugReg)' };

/** @type {Record<string, string>} */
const positionWords = {
  dino: 'DINO: bicubic by scale',
  antialias: 'timm, DINOv2 with registers: antialiased',
  resize: 'Hugging Face, DeiT: bicubic to size',
};

/** Of a float that a file stores, to be compared. @param {number[]} values */
const rounded = (values) => values.map((value) => Number(value.toFixed(4))).join(' ');

/** @param {ModelInfo} info */
function normalisationWords({ mean, std }) {
  const isThat = (/** @type {typeof half} */ known) =>
    rounded(mean) === rounded(known.mean) && rounded(std) === rounded(known.std);
  if (isThat(imagenet)) return 'ImageNet';
  return isThat(half) ? '0.5' : `mean ${rounded(mean)}, deviation ${rounded(std)}`;
}

/** Of 16 to 128 channels each. @param {number} width */
function possibleHeads(width) {
  const all = Array.from({ length: width }, (_, i) => i + 1);
  return all.filter((heads) => width % heads === 0 && width / heads >= 16 && width / heads <= 128);
}

/** @param {ModelInfo} info @returns {Row[]} */
function rowsOf(info) {
  /** @type {Row[]} */
  const rows = [
    {
      field: 'mean', label: 'Pixels normalised', now: normalisationWords(info),
      options: [['ImageNet', imagenet], ['0.5', half]],
    },
    {
      field: 'filter', label: 'Photo resized', now: filterWords[info.filter],
      options: Object.entries(filterWords).map(([filter, words]) => [words, { filter: /** @type {any} */ (filter) }]),
    },
    {
      field: 'position', label: 'Positions resized', now: positionWords[info.position],
      options: Object.entries(positionWords).map(([rule, words]) => [words, { position: /** @type {any} */ (rule) }]),
    },
    {
      field: 'heads', label: 'Heads', now: String(info.heads),
      options: possibleHeads(info.width).map((heads) => [String(heads), { heads }]),
    },
  ];
  if (info.networks.length < 2) return rows;
  return [...rows, {
    field: 'network', label: 'Network', now: info.network,
    options: info.networks.map((network) => [network, { network }]),
  }];
}

/**
 * @param {Row} row
 * @param {boolean} assumed
 * @param {Choices} chosen
 * @param {(choices: Choices) => void} onChoose
 */
function rowElement({ field, label, now, options }, assumed, chosen, onChoose) {
  const isChosen = chosen[field] !== undefined;
  const select = element('select', { name: field },
    element('option', { value: '' }, isChosen ? 'As the file says' : now),
    ...options.filter(([words]) => isChosen || words !== now).map(([words]) => element('option', { value: words }, words)));
  select.value = isChosen ? now : '';
  select.addEventListener('change', () => {
    const { mean, std, ...others } = chosen;
    const rest = field === 'mean' ? others : { ...chosen, [field]: undefined };
    onChoose({ ...rest, ...options.find(([words]) => words === select.value)?.[1] });
  });
  const why = assumed ? 'assumed' : isChosen ? 'your choice' : '';
  return element('label', {}, element('span', {}, label), select,
    element('em', { className: assumed ? 'assumed' : '' }, why));
}

/** @param {ModelInfo} info */
function factWords({ patch, width, layers, heads, registers, distilled, precision, scheme, network }) {
  const others = registers - (distilled ? 1 : 0);
  return [
    `patch ${patch}`, `width ${width}`, `${layers} layers \u00d7 ${heads} heads`,
    others ? `${others} registers` : '', distilled ? 'distillation token' : '',
    `${scheme} names`, network ? `its ${network}` : '', precision,
  ].filter((part) => part).join(' \u00b7 ');
}

/**
 * @param {HTMLElement} box
 * @param {(choices: Choices) => void} onChoose loads the same file otherwise
 */
export function modelChoices(box, onChoose) {
  return {
    /** @param {string} title @param {ModelInfo} info @param {Choices} chosen */
    show(title, info, chosen) {
      const { assumed } = info;
      const focused = /** @type {HTMLSelectElement | null} */ (box.querySelector('select:focus'))?.name;
      box.replaceChildren(
        element('h3', {}, title), element('p', { className: 'facts' }, factWords(info)),
        element('div', { className: 'rows' },
          ...rowsOf(info).map((row) => rowElement(row, assumed.some((name) => name === row.field), chosen, onChoose))),
        element('p', { className: 'trouble mild', hidden: assumed.length === 0 },
          'The file does not say what is marked as assumed: if the maps look wrong, choose something else.'));
      /** @type {HTMLElement | null} */ (focused && box.querySelector(`select[name=${focused}]`))?.focus();
    },
  };
}
