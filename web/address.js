// What is shown, in the page's address: the fields of ViewState that are not as they start, as JSON
// behind the '#'. An address comes from anywhere: what it says is taken field by field.

/** @typedef {import('./viewer.js').ViewState} ViewState */

/** More than all fields need. */
const maxLength = 10_000;

/**
 * @typedef {object} Address
 * @property {Record<string, unknown>} fields empty where the address says nothing that can be read
 * @property {string} problem a sentence; '' if it could be read, or says nothing
 *
 * @returns {Address}
 */
export function readAddress() {
  const text = location.hash.slice(1);
  if (!text) return { fields: {}, problem: '' };
  if (text.length > maxLength) {
    return { fields: {}, problem: 'The settings in the link are too long to be any of this page: the view is as at the start.' };
  }
  try {
    const fields = JSON.parse(decodeURIComponent(text));
    if (fields instanceof Object && !Array.isArray(fields)) return { fields, problem: '' };
  } catch {
    // as where it is no object
  }
  return { fields: {}, problem: 'The settings in the link could not be read: the view is as at the start.' };
}

/**
 * @param {import('./viewer.js').Viewer} viewer
 * @param {Record<string, unknown>} fields
 * @returns {string} a sentence that says which of them were ignored; '' if none were
 */
export function applyFields(viewer, fields) {
  /** @type {string[]} */
  const unfit = [];
  /** @type {string[]} */
  const unknown = [];
  for (const [name, value] of Object.entries(fields)) {
    try {
      if (viewer.setState({ [name]: value }).length > 0) unknown.push(name);
    } catch {
      unfit.push(name);
    }
  }
  return ignoredWords(unfit, unknown);
}

/** @param {string[]} unfit @param {string[]} unknown */
export function ignoredWords(unfit, unknown) {
  const parts = [];
  if (unfit.length > 0) {
    parts.push(unfit.length === 1 ? `The link's setting ${shortened(unfit)} has a value that does not fit: it is as at the start.`
      : `The link's settings ${shortened(unfit)} have values that do not fit: they are as at the start.`);
  }
  if (unknown.length > 0) {
    parts.push(unknown.length === 1 ? `The link's setting ${shortened(unknown)} is not known here and was ignored.`
      : `The link's settings ${shortened(unknown)} are not known here and were ignored.`);
  }
  return parts.join(' ');
}

/** As a list in words; names from an address can be of any length. @param {string[]} names */
function shortened(names) {
  const some = names.slice(0, 6).map((name) => (name.length > 24 ? `${name.slice(0, 23)}\u2026` : name));
  if (names.length > 6) some.push(`${names.length - 6} more`);
  return some.length < 2 ? some.join() : `${some.slice(0, -1).join(', ')} and ${some[some.length - 1]}`;
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
