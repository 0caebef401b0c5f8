// The page's models: the one that its address names, or else the one that comes with it, and the dialog
// for others.
import { bundledName, downloadBytes, fetchKnownModels, packedAddress, sizeWords } from './known-models.js';
import { createModel, titleOf, toldOf } from './model.js';

/**
 * @typedef {import('./known-models.js').KnownModel} KnownModel
 *
 * @typedef {object} Parts
 * @property {HTMLDialogElement} dialog
 * @property {string} named by the address; '': none
 * @property {import('./model.js').Parts['say']} say
 * @property {(error: unknown) => void} complain
 * @property {(name: string) => void} onUsed another model is in use: its name for the address, '' where
 *   an address cannot name it
 * @property {(source: File | KnownModel) => void} [onCompare] the reader wants to see it beside the one in use
 */

/** @param {Parts} parts */
export function createPageModels({ dialog, named, say, complain, onUsed, onCompare }) {
  const known = fetchKnownModels();
  known.catch(() => {}); // is said where it is awaited
  const model = createModel({ first, open, say });
  /** @type {ReturnType<typeof openDialog> | null} */
  let opened = null;
  const models = () => (opened ??= openDialog()); // not before it is wanted
  const found = named ? models().then((list) => list.find(named)) : null;
  found?.catch(() => {});

  async function openDialog() {
    const { createModelsDialog } = await import('./models.js');
    return createModelsDialog({ dialog, known: await known, inUse: model.inUse, onUse: use, complain, onCompare });
  }

  async function first() {
    const wanted = await found;
    if (wanted?.model && wanted.here) return wanted.model;
    const bundled = (await known).find(({ name }) => name === bundledName);
    if (!bundled) throw new Error('The list of models lacks the one that comes with the page: reload it.');
    return bundled;
  }

  /** @param {File | KnownModel} source */
  async function open(source) {
    if (source instanceof File) return source;
    return source.packed ? packedAddress(source.packed) : (await models()).open(source);
  }

  /** @type {import('./models.js').Parts['onUse']} */
  async function use(source, choices) {
    await model.use(source, choices);
    onUsed(source instanceof File || source.name === bundledName ? '' : source.name);
  }

  /** What another engine needs of a model that is here. @param {File | KnownModel} source */
  async function forEngine(source) {
    return { weights: await open(source), options: toldOf(source), title: titleOf(source) };
  }

  return {
    model,
    forEngine,

    /** The name of the model that the page begins with; '': the one that comes with it. */
    firstName: async () => ((await found)?.here && named !== bundledName ? named : ''),

    /** The same of the known model of that name. @param {string} name */
    async named(name) {
      const { model: wanted, here } = await (await models()).find(name);
      if (!wanted) throw new Error('This page knows no such model: choose another (key W).');
      if (!here) throw new Error('This model is not on this device: download it first (key W).');
      return forEngine(wanted);
    },

    /** The address of the file in use, where it lies beside the page; '' elsewhere. */
    served() {
      const source = model.inUse()?.source;
      return source && !(source instanceof File) && source.packed ? packedAddress(source.packed) : '';
    },

    show: async () => (await models()).show(),

    /** A reader's own. @param {File} file */
    takeFile: async (file) => (await models()).use(file, {}),

    /**
     * The model that the address names, where it is not here: nothing so large comes unasked.
     * @param {ReturnType<typeof import('./notices.js').offerBox>} box
     */
    async offerNamed(box) {
      const { model: wanted, here } = await found ?? { model: null, here: true };
      if (here) return;
      if (!wanted) throw new Error(`This page knows no model ${named}, which its address names: choose another.`);
      const size = sizeWords(downloadBytes(wanted));
      box.show(`This view is of ${wanted.title}, which is not on this device: until it is, another model is shown.`,
        `Download ${size}`, () => models().then((list) => list.fetch(wanted)));
    },
  };
}
