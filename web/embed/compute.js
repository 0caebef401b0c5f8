// The engine on demand: maps of a photo that was not baked.

/**
 * @typedef {import('./baked.js').Results} Results
 * @typedef {object} Compute
 * @property {(photo: Blob, options: {size: number, aspect: string}) => Promise<Results>} run
 * @property {(row: number, col: number) => Promise<Float32Array>} query (layers, heads, rows, cols)
 * @property {() => void} cancel
 *
 * @param {{model: string, say: (words: string) => void}} options
 * @returns {Compute}
 */
export function createCompute(options) {
  const none = async () => {
    options.say('');
    throw new Error('This figure shows baked maps only: open the headlens page for photos of your own.');
  };
  return { run: none, query: none, cancel() {} };
}
