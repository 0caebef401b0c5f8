// Undo and redo of what the reader does to the view. What another photo, model or size makes of a view
// cannot be undone at once, so each of these begins a new history; zoom and place only show more or
// less of the same picture and are no steps.

/** @typedef {import('./viewer.js').ViewState} ViewState */

/** @type {(keyof ViewState)[]} */
const subjects = ['model', 'compare', 'photo', 'size', 'aspect'];

/** @type {(keyof ViewState)[]} */
const noSteps = ['zoom', 'centre', 'explain'];

/** Changes of the same fields within so many ms of each other are one: a slider is being dragged. */
const together = 400;

/** More steps than anybody takes back. */
const mostSteps = 500;

/**
 * @param {ViewState} a
 * @param {ViewState} b
 */
function changedFields(a, b) {
  const names = /** @type {(keyof ViewState)[]} */ (Object.keys(b));
  return names.filter((name) => JSON.stringify(a[name]) !== JSON.stringify(b[name]));
}

/**
 * @param {object} parts
 * @param {ViewState} parts.start
 * @param {(fields: Partial<ViewState>) => void} parts.apply
 * @param {() => void} [parts.onChange] another step can be taken, or none any more
 * @param {() => number} [parts.now] ms
 */
export function createHistory({ start, apply, onChange = () => {}, now = () => performance.now() }) {
  /** @type {ViewState[]} */
  let past = [];
  /** @type {ViewState[]} */
  let future = [];
  let present = start;
  let last = { fields: '', time: -Infinity };

  /** @param {ViewState[]} from @param {ViewState[]} to */
  function step(from, to) {
    const next = from.pop();
    if (!next) return false;
    to.push(present);
    const fields = changedFields(present, next).filter((name) => !noSteps.includes(name));
    present = { ...present, ...Object.fromEntries(fields.map((name) => [name, next[name]])) };
    last = { fields: '', time: -Infinity };
    apply(Object.fromEntries(fields.map((name) => [name, next[name]])));
    onChange();
    return true;
  }

  return {
    /** What is shown has changed. @param {ViewState} next */
    follow(next) {
      const changed = changedFields(present, next);
      if (changed.some((name) => subjects.includes(name))) {
        past = [];
        future = [];
        last = { fields: '', time: -Infinity };
      } else if (changed.some((name) => !noSteps.includes(name))) {
        const fields = String(changed);
        const time = now();
        const continues = fields === last.fields && time - last.time < together && past.length > 0;
        if (!continues) past.push(present);
        if (past.length > mostSteps) past.shift();
        future = [];
        last = { fields, time };
      }
      present = next;
      onChange();
    },
    undo: () => step(past, future),
    redo: () => step(future, past),
    canUndo: () => past.length > 0,
    canRedo: () => future.length > 0,
  };
}
