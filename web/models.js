// The dialog of models: the one in use, those that the page knows, and the reader's own files.
import { button, element } from './element.js';
import { sizeWords } from './known-models.js';
import { modelChoices } from './model-choices.js';
import { modelEntry } from './model-entry.js';
import { isCancelled, wordsOf } from './scenes.js';
import { createShelf } from './shelf.js';

/**
 * @typedef {import('./known-models.js').KnownModel} KnownModel
 * @typedef {import('./model.js').Choices} Choices
 * @typedef {File | KnownModel} ModelSource
 *
 * @typedef {object} Parts
 * @property {HTMLDialogElement} dialog
 * @property {KnownModel[]} known
 * @property {() => import('./model.js').InUse | null} inUse
 * @property {(source: ModelSource, choices: Choices) => Promise<void>} onUse
 * @property {(error: unknown) => void} complain where the dialog is closed
 * @property {(source: ModelSource) => void} [onCompare] shows it beside the one in use
 */

/** @param {Parts} parts */
export function createModelsDialog({ dialog, known, inUse, onUse, complain, onCompare }) {
  const find = (/** @type {string} */ name) => /** @type {HTMLElement} */ (dialog.querySelector(`.${name}`));
  const choices = modelChoices(find('now'), (chosen) => useAgain(chosen));
  const shelf = createShelf(known, (name) => {
    showEntry(name);
    say.place(modelOf(name), shelf.placeOf(name));
  });
  const entries = new Map(known.map((model) => [model.name, modelEntry(model, {
    use: (wanted) => fetchAndUse(wanted),
    cancel: ({ name }) => shelf.cancel(name),
    remove: (old) => shelf.remove(old).then(showSpace),
    compare: onCompare && compare,
  })]));
  find('list').replaceChildren(...[...entries.values()].map(({ item }) => item));
  const say = announcer(find('says'));
  /** What the reader wants to see last; a download of another only stays here. @type {ModelSource | null} */
  let wanted = null;
  /** On its way into the engine. @type {ModelSource | null} */
  let opening = null;
  const ready = shelf.refresh();

  takeFile(find('open-file'), (file) => use(file, {}));
  if (onCompare) takeFile(find('compare-file'), compare);

  /** @param {string} name */
  function showEntry(name) {
    const model = modelOf(name);
    entries.get(name)?.show(shelf.placeOf(name), inUse()?.source === model, opening === model);
  }

  const modelOf = (/** @type {string} */ name) => /** @type {KnownModel} */ (known.find((model) => model.name === name));

  /** What was asked for can be seen behind the dialog. @param {ModelSource} source */
  function compare(source) {
    dialog.close();
    onCompare?.(source);
  }

  function showInUse() {
    const used = inUse();
    if (used) choices.show(used.title, used.info, used.choices);
    for (const { name } of known) if (shelf.placeOf(name)) showEntry(name);
  }

  async function showSpace() {
    const { taken, room } = await shelf.space();
    find('space').textContent = [
      taken ? `${sizeWords(taken)} of models kept` : 'No models kept',
      room === null ? '' : `${sizeWords(room)} free`,
    ].filter((part) => part).join(', ');
  }

  /** @param {string} words @param {[string, () => void][]} [answers] */
  function showTrouble(words, answers = []) {
    const box = find('problem');
    if (box.contains(document.activeElement)) find('title').focus(); // the answer that was chosen goes
    box.hidden = !words;
    box.replaceChildren(element('p', {}, words), ...answers.map(([label, act]) => button(label, act)));
    if (words) box.scrollIntoView({ block: 'nearest' });
  }

  /**
   * @param {ModelSource} source
   * @param {Choices} chosen
   * @returns {Promise<boolean>} whether it is in use now
   */
  async function use(source, chosen) {
    wanted = source;
    opening = source;
    showTrouble('');
    showInUse();
    try {
      await onUse(source, chosen);
      if (!(source instanceof File)) await shelf.wasOfUse(source);
      return true;
    } catch (error) {
      if (!isCancelled(error)) explain(error, source, chosen);
      return false;
    } finally {
      if (opening === source) opening = null;
      showInUse();
    }
  }

  /** @param {Choices} chosen */
  function useAgain(chosen) {
    const used = inUse();
    if (used) use(used.source, chosen);
  }

  /** @param {KnownModel} model */
  async function fetchAndUse(model) {
    wanted = model;
    const isHere = shelf.placeOf(model.name).where !== 'away';
    if (!isHere && !await shelf.download(model)) return;
    showSpace();
    if (wanted !== model) return;
    const isUsed = await use(model, {});
    if (isHere && isUsed) dialog.close(); // what was asked for can be seen behind it
  }

  /**
   * Where a file leaves open which network, or how many heads, the reader can say so here.
   * @param {unknown} error
   * @param {ModelSource} source
   * @param {Choices} chosen
   */
  function explain(error, source, chosen) {
    const { choices = {} } = /** @type {{choices?: import('./protocol.js').Choices}} */ (error);
    const { network: networks = [], heads: counts = [] } = choices;
    if (!dialog.open && networks.length + counts.length === 0) return complain(error);
    show();
    showTrouble(wordsOf(error), [
      ...networks.map((network) => answer(network, { network })),
      ...counts.map((heads) => answer(heads, { heads: Number(heads) })),
    ]);
    /** @param {string} label @param {Choices} said @returns {[string, () => void]} */
    function answer(label, said) {
      return [label, () => use(source, { ...chosen, ...said })];
    }
  }

  function show() {
    if (!dialog.open) dialog.showModal();
    showInUse();
    shelf.refresh().then(showSpace);
  }

  return {
    show,
    use,

    /** The model of that name, and whether it is here. @param {string} name */
    async find(name) {
      await ready;
      const model = modelOf(name) ?? null;
      return { model, here: model !== null && shelf.placeOf(name).where !== 'away' };
    },

    /** Fetches it, where the reader can see how that goes. @param {KnownModel} model */
    fetch(model) {
      show();
      entries.get(model.name)?.item.scrollIntoView({ block: 'nearest' });
      return fetchAndUse(model);
    },

    /** @param {KnownModel} model */
    async open(model) {
      const file = await shelf.open(model);
      if (file) return file;
      await shelf.refresh();
      throw new Error(`${model.title} is no longer on this device: download it again.`);
    },
  };
}

/**
 * @param {HTMLElement} place with a button and an input
 * @param {(file: File) => void} onFile
 */
function takeFile(place, onFile) {
  place.hidden = false;
  const input = /** @type {HTMLInputElement} */ (place.querySelector('input'));
  place.querySelector('button')?.addEventListener('click', () => input.click());
  input.addEventListener('change', () => {
    const file = input.files?.[0];
    if (file) onFile(file);
    input.value = ''; // so that the same file can be picked again
  });
}

/** A line that is read aloud: each quarter of a download, and what goes wrong. @param {HTMLElement} line */
function announcer(line) {
  /** @type {Map<string, string>} */
  const last = new Map();
  return {
    /** @param {KnownModel} model @param {import('./shelf.js').Place} place */
    place({ name, title }, { progress, trouble }) {
      const quarters = progress?.total ? Math.min(4, Math.floor(4 * progress.done / progress.total)) : 0;
      const words = progress ? `${title}: ${progress.note || `${25 * quarters} %`}` : trouble?.words ?? '';
      if (words && words !== last.get(name)) line.textContent = words;
      last.set(name, words);
    },
  };
}
