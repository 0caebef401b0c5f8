// The engine on demand: maps of a photo that was not baked, and of any patch of it. What it takes to compute
// comes when it is first asked for; a page's figures share it (web/shared-engine.js).

/**
 * @typedef {import('./baked.js').Results} Results
 * @typedef {ReturnType<typeof createCompute>} Compute
 */

const address = ASSETS && new URL(`${ASSETS}shared-engine.js`, import.meta.url).href;

/** @returns {Promise<typeof import('../shared-engine.js')>} */
async function shared() {
  try {
    return await (ASSETS ? import(address) : import('../shared-engine.js')); // of a package, where bundlers must see it
  } catch {
    throw new Error(`The engine could not be loaded from ${new URL(import.meta.url).host}: check the connection, then reload the page.`);
  }
}

/**
 * @param {{model: string, say: (words: string) => void}} figure model: the address of a weights file, or the
 *   name of one beside embed.js; '': the one that comes with it. say: how far it is, '' when it is done
 */
export function createCompute(figure) {
  /** @type {Promise<ReturnType<typeof import('../shared-engine.js').openFigure>> | null} */
  let opened = null;
  const open = () => (opened ??= shared().then(({ openFigure }) => openFigure(figure)));
  return {
    /** @param {Blob} photo @param {{size: number, aspect: 'kept' | 'square'}} sizing @returns {Promise<Results>} */
    async run(photo, sizing) {
      figure.say('Loading the engine');
      const figures = await open().finally(() => figure.say(''));
      return figures.run(photo, sizing);
    },

    /** @param {number} row @param {number} col @returns {Promise<Float32Array>} (layers, heads, rows, cols) */
    query: async (row, col) => (await open()).query(row, col),

    /** How much comes here before the first run, as '6.4 MB'; '': that is not known. */
    downloadWords: async () => (await shared()).downloadWords(figure.model),

    cancel: () => void opened?.then((one) => one.cancel(), () => {}),
  };
}
