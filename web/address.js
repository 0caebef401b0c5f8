// What is shown, in the page's address: the fields of ViewState that are not as they start, as JSON
// behind the '#'.

/** @typedef {import('./viewer.js').ViewState} ViewState */

/** @returns {Partial<ViewState>} empty where the address says nothing that can be read */
export function readAddress() {
  try {
    const fields = JSON.parse(decodeURIComponent(location.hash.slice(1)));
    return fields instanceof Object ? fields : {};
  } catch {
    return {};
  }
}

/**
 * @param {ViewState} state
 * @param {ViewState} start
 */
export function writeAddress(state, start) {
  const same = (/** @type {string} */ name) =>
    JSON.stringify(Reflect.get(state, name)) === JSON.stringify(Reflect.get(start, name));
  const changed = Object.entries(state).filter(([name]) => !same(name));
  const hash = changed.length ? `#${encodeURI(JSON.stringify(Object.fromEntries(changed)))}` : '';
  if (hash !== location.hash) history.replaceState(null, '', location.pathname + location.search + hash);
}
