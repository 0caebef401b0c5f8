// One known model in the dialog: what it is, where it is, and what can be done with it.
import { button, element } from './element.js';
import { downloadBytes, sizeWords } from './known-models.js';

/**
 * @typedef {import('./known-models.js').KnownModel} KnownModel
 * @typedef {import('./shelf.js').Place} Place
 *
 * @typedef {object} Actions
 * @property {(model: KnownModel) => void} use fetches it first where it is not here
 * @property {(model: KnownModel) => void} cancel
 * @property {(model: KnownModel) => void} remove
 * @property {(model: KnownModel) => void} [compare] only what is here
 */

/**
 * @param {KnownModel} model
 * @param {Actions} actions
 */
export function modelEntry(model, { use, cancel, remove, compare }) {
  const title = element('h3', { id: `model-${model.name}` }, model.title);
  const facts = `patch ${model.patch} \u00b7 ${model.layers} layers \u00d7 ${model.heads} heads` +
    `${model.registers ? ` \u00b7 ${model.registers} registers` : ''} \u00b7 ${model.licence}`;
  const words = element('output', { className: 'where' });
  const bar = element('progress', { max: 1, ariaLabel: `Download of ${model.title}` });
  const trouble = element('p', { className: 'trouble' });
  let isUnderWay = false;
  let isUsed = false;
  const main = button('', () => {
    if (isUnderWay) cancel(model);
    else if (!isUsed) use(model);
  });
  // The second click of a double one would cancel what the first began.
  main.addEventListener('click', (event) => { if (event.detail > 1) event.stopImmediatePropagation(); }, true);
  const comparing = button('Compare', () => compare?.(model), { className: 'quiet' });
  const removing = button('Delete', () => {
    main.focus(); // this button goes
    remove(model);
  }, { className: 'quiet' });
  for (const each of [main, comparing, removing]) each.setAttribute('aria-describedby', title.id);
  const item = element('li', {},
    element('div', { className: 'what' }, title, element('p', {}, model.about), element('p', { className: 'facts' }, facts)),
    element('div', { className: 'acts' }, comparing, removing, main),
    element('div', { className: 'state' }, bar, words),
    trouble);
  item.dataset.model = model.name;

  return {
    item,

    /** @param {Place} place @param {boolean} used @param {boolean} opening on its way into the engine */
    show(place, used, opening) {
      isUnderWay = place.progress !== null;
      isUsed = used || opening;
      item.toggleAttribute('aria-current', used);
      bar.hidden = !isUnderWay;
      const { done = 0, total = 0 } = place.progress ?? {};
      if (done && total) bar.value = Math.min(1, done / total);
      else bar.removeAttribute('value');
      words.textContent = stateWords(place, model);
      trouble.textContent = place.trouble?.words ?? place.note;
      trouble.hidden = !trouble.textContent;
      trouble.classList.toggle('mild', !place.trouble);
      main.textContent = opening ? 'Opening' : mainWords(place, used, model);
      main.setAttribute('aria-disabled', String(isUsed && !isUnderWay));
      removing.hidden = isUnderWay || place.where === 'page' || place.where === 'away';
      comparing.hidden = !compare || isUnderWay || used || place.where === 'away';
    },
  };
}

/** @param {Place} place @param {KnownModel} model */
function stateWords({ where, bytes, progress }, model) {
  if (progress) return progressWords(progress);
  switch (where) {
    case 'page': return 'Comes with the page';
    case 'device': return `On this device, ${sizeWords(bytes)}`;
    case 'memory': return 'Here until the page closes';
    case 'away': return `Not on this device, ${aboutSize(model)}`;
  }
}

/** @param {KnownModel} model */
const aboutSize = (model) => `${model.sources?.[0]?.sha256 ? '' : 'about '}${sizeWords(downloadBytes(model))}`;

/** @param {import('./fetch-model.js').Progress} progress */
function progressWords({ done, total, rate, note }) {
  const far = done ? `${(done / 1e6).toFixed(1)} of ${(total / 1e6).toFixed(1)} MB` : note ? '' : 'Asking for it';
  const fast = !done ? '' : rate ? `${(rate / 1e6).toFixed(1)} MB/s` : note ? '' : 'waiting for more';
  return [far, fast, note].filter((part) => part).join(' \u00b7 ');
}

/** @param {Place} place @param {boolean} used @param {KnownModel} model */
function mainWords({ where, progress, trouble }, used, model) {
  if (progress) return 'Cancel';
  if (trouble) return trouble.changed ? 'Take the new one' : 'Retry';
  if (used) return 'In use';
  return where === 'away' ? `Download ${sizeWords(downloadBytes(model))}` : 'Use';
}
