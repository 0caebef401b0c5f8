// What people do on the canvas, as calls: pointer, two fingers, wheel and keys.
import { followPinch } from './pinch.js';

/**
 * @typedef {object} Receiver
 * @property {() => void} wake something happened
 * @property {(x: number, y: number) => void} point in pixels of the canvas
 * @property {(down: boolean) => void} press
 * @property {import('./pinch.js').OnPinch} pinch two fingers moved, in pixels of the canvas
 * @property {(x: number, y: number) => void} wheel in lines
 * @property {(name: string) => boolean} key KeyboardEvent.key, arrows with "Shift+" in front where
 *   it is held; true if the key was of use
 */

/** A pointer that is nowhere, as ImGui writes it. */
const nowhere = -3.4028234663852886e38;

/**
 * @param {HTMLCanvasElement} canvas
 * @param {Receiver} receiver
 * @returns {() => void} stops listening
 */
export function listen(canvas, { wake, point, press, pinch, wheel, key }) {
  const stop = new AbortController();
  const { signal } = stop;

  const at = (/** @type {MouseEvent} */ event) => {
    const box = canvas.getBoundingClientRect();
    point((event.clientX - box.left) * canvas.width / box.width, (event.clientY - box.top) * canvas.height / box.height);
    wake();
  };
  const away = () => {
    point(nowhere, nowhere);
    wake();
  };

  followPinch(canvas, {
    onBegin: () => { // one finger was a pointer until now
      away();
      press(false);
    },
    onPinch: (...how) => {
      pinch(...how);
      wake();
    },
  }, signal);
  canvas.addEventListener('pointermove', (event) => { if (event.isPrimary) at(event); }, { signal });
  canvas.addEventListener('pointerdown', (event) => {
    if (!event.isPrimary || event.button !== 0) return;
    canvas.setPointerCapture(event.pointerId);
    /** @type {HTMLElement | null} */ (document.activeElement)?.blur(); // keys now mean the picture
    at(event);
    press(true);
  }, { signal });
  // A press is no wish for the focus ring, which the next key would show.
  canvas.addEventListener('mousedown', (event) => event.preventDefault(), { signal });
  canvas.addEventListener('pointerup', (event) => {
    if (!event.isPrimary || event.button !== 0) return;
    at(event);
    press(false);
    if (event.pointerType === 'touch') away();
  }, { signal });
  canvas.addEventListener('pointercancel', () => { press(false); away(); }, { signal });
  canvas.addEventListener('pointerleave', away, { signal });

  canvas.addEventListener('wheel', (event) => {
    if (event.ctrlKey) return; // the browser's zoom
    event.preventDefault();
    const lines = event.deltaMode === WheelEvent.DOM_DELTA_LINE ? 1 : 1 / 40;
    wheel(-event.deltaX * lines, -event.deltaY * lines);
    wake();
  }, { signal, passive: false });

  document.addEventListener('keydown', (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) return;
    const arrow = event.key.startsWith('Arrow') && event.shiftKey;
    if (!key(arrow ? `Shift+${event.key}` : event.key)) return;
    event.preventDefault();
    wake();
  }, { signal });

  return () => stop.abort();
}

/** Whether keys are for a field or a dialog. @param {EventTarget | null} target */
export function typing(target) {
  if (document.querySelector('dialog[open]')) return true;
  return target instanceof Element && target.closest('input, select, textarea, [contenteditable]') !== null;
}
