// The engine on demand: maps of a photo that was not baked. What it takes comes when it is first asked for,
// and a page's figures share it (web/shared-engine.js).

/** @param {import('../figure-work.js').Figure} figure @returns {Promise<import('../figure-work.js').Work>} */
export async function loadWork(figure) {
  const address = new URL(`${ASSETS}figure-work.js`, import.meta.url).href;
  const { createWork } = await import(address).catch(() => {
    throw new Error(`The engine could not be loaded from ${address}.`);
  });
  return createWork(figure);
}
