// The engine on demand: maps of a photo that was not baked. What it takes comes when it is first asked
// for, and a page's figures share it (web/shared-engine.js).

/**
 * @typedef {object} Compute
 * @property {(photo: Blob, sizing: {size: number, aspect: string}) => Promise<import('./baked.js').Results>} run
 * @property {(row: number, col: number) => Promise<Float32Array>} query (layers, heads, rows, cols)
 *
 * @param {{model: string, say: (words: string) => void}} figure model: the address of a weights file, or the name of
 *   one beside embed.js; '': the one that comes with it. say: how far it is, '' when it is done
 * @returns {Promise<Compute>}
 */
export async function createCompute(figure) {
  figure.say('Loading the engine');
  const address = new URL(`${ASSETS}shared-engine.js`, import.meta.url).href;
  const { openFigure } = await import(address).catch(() => {
    throw new Error(`The engine could not be loaded from ${address}.`);
  });
  return openFigure(figure);
}
