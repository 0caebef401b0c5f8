// What the page offers beside its canvas: export, undo and redo, the controls as a form, and the
// picture in words.
import { createAnnouncer } from './announce.js';
import { typing } from './canvas-input.js';
import { announcement, describe } from './describe.js';
import { createExport } from './export-dialog.js';
import { createHistory } from './history.js';
import { createMirror } from './mirror.js';
import { offerPictureMenu } from './picture-menu.js';

/**
 * @typedef {import('./viewer.js').ViewState} ViewState
 *
 * @typedef {object} Parts
 * @property {import('./viewer.js').Viewer} viewer
 * @property {ReturnType<typeof import('./scenes.js').createScenes>} scenes
 * @property {() => void} showModels
 * @property {(error: unknown) => void} complain
 */

/** From a lost WebGL context on, in ms: a browser that gives it back does so sooner. */
const patience = 5000;

const find = (/** @type {string} */ id) => /** @type {HTMLElement} */ (document.getElementById(id));

/** @param {Parts} parts */
export function createOut({ viewer, scenes, showModels, complain }) {
  const canvas = find('view');
  const [undoButton, redoButton] = ['undo', 'redo'].map(find);
  const announcer = createAnnouncer(find('summary'), find('picture-words'));

  /** @param {Partial<ViewState>} fields */
  function set(fields) {
    try {
      viewer.setState(fields);
    } catch (error) {
      complain(error);
    }
  }

  const history = createHistory({
    start: viewer.state(),
    apply: set,
    onChange() {
      setEnabled(undoButton, history.canUndo());
      setEnabled(redoButton, history.canRedo());
    },
  });

  /** @returns {import('./export-file.js').Exported | null} */
  function exported() {
    const scene = scenes.shown();
    if (!scene) return null;
    return { photo: scene.photo.name, model: scene.views[0].runner.name(), state: viewer.state(), views: scene.views };
  }

  /** What the first model's picture draws. */
  function shown() {
    const what = exported();
    if (!what) return null;
    const [{ maps, answer }] = what.views;
    return { ...what, maps, scores: what.state.query && answer ? answer.scores : maps.cls };
  }

  const words = () => {
    const what = shown();
    return what ? describe(what) : '';
  };

  function say() {
    announcer.later(() => {
      const what = shown();
      return what ? announcement(what) : '';
    }, words);
  }

  const out = createExport({
    dialog: /** @type {HTMLDialogElement} */ (find('export')),
    viewer,
    exported,
    rollout: async () => null,
    address: () => location.href,
  });
  const mirror = createMirror({
    place: find('mirror'),
    canvas,
    set,
    acts: [['Undo', () => history.undo()], ['Redo', () => history.redo()], ['Export', out.show], ['Models', showModels]],
  });

  const undo = () => history.undo();
  const redo = () => history.redo();
  undoButton.addEventListener('click', undo);
  redoButton.addEventListener('click', redo);
  find('export-open').addEventListener('click', out.show);
  find('controls-open').addEventListener('click', () => {
    /** @type {HTMLDialogElement} */ (find('about')).close();
    mirror.enter();
  });
  document.addEventListener('keydown', (event) => {
    const act = actOf(event);
    if (!act || isText(event.target) || document.querySelector('dialog[open]')) return;
    event.preventDefault();
    act();
  });
  document.addEventListener('keydown', (event) => {
    const isPlain = !event.ctrlKey && !event.metaKey && !event.altKey && !event.repeat;
    if (isPlain && event.key.toLowerCase() === 'e' && !typing(event.target)) out.show();
  });

  /** @param {KeyboardEvent} event */
  function actOf({ ctrlKey, metaKey, altKey, shiftKey, key }) {
    if ((!ctrlKey && !metaKey) || altKey) return null;
    const name = key.toLowerCase();
    if (name === 'z') return shiftKey ? redo : undo;
    if (name === 'y' && !shiftKey) return redo;
    const hasSelection = String(getSelection()) !== '';
    return name === 'c' && !shiftKey && !hasSelection ? copy : null;
  }

  const copy = () => out.copyPicture().then((says) => { find('summary').textContent = says; }, complain);

  offerPictureMenu(canvas, viewer, words);
  sayWhereContextStaysAway(canvas, complain);

  return {
    /** @param {ViewState} state */
    follow(state) {
      history.follow(state);
      const maps = scenes.shown()?.views[0].maps;
      mirror.follow(state, maps ?? { layers: 0, heads: 0, rows: 0, cols: 0 });
      say();
    },
    show: out.show,
    keepMirror: mirror.keep,
  };
}

/** Kept focusable, so that the focus is not lost with the last step. @param {HTMLElement} button @param {boolean} on */
const setEnabled = (button, on) => button.setAttribute('aria-disabled', String(!on));

/** Where Ctrl+Z and Ctrl+C mean the text. @param {EventTarget | null} target */
const isText = (target) =>
  target instanceof Element && target.closest('textarea, [contenteditable], input:not([type=range], [type=checkbox], [type=radio])') !== null;

/** @param {HTMLElement} canvas @param {(error: unknown) => void} complain */
function sayWhereContextStaysAway(canvas, complain) {
  let timer = 0;
  canvas.addEventListener('webglcontextlost', () => {
    clearTimeout(timer);
    timer = window.setTimeout(() => complain(new Error(
      'The graphics driver has taken the drawing away and not given it back: reload the page, the view is kept in its address.')), patience);
  });
  canvas.addEventListener('webglcontextrestored', () => clearTimeout(timer));
}
