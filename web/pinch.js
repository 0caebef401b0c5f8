// Two fingers on the canvas.

/**
 * @callback OnPinch
 * @param {number} x of the point between the fingers, in pixels of the canvas
 * @param {number} y
 * @param {number} times as far apart as before
 * @param {number} right how far that point moved
 * @param {number} down
 * @returns {void}
 *
 * @typedef {{x: number, y: number}} Point
 */

/**
 * @param {HTMLCanvasElement} canvas
 * @param {{onBegin: () => void, onPinch: OnPinch}} receiver onBegin: a second finger came down
 * @param {AbortSignal} signal
 */
export function followPinch(canvas, { onBegin, onPinch }, signal) {
  /** Where each finger is, by pointerId. @type {Map<number, Point>} */
  const fingers = new Map();

  const place = (/** @type {PointerEvent} */ event) => {
    const box = canvas.getBoundingClientRect();
    return {
      x: (event.clientX - box.left) * canvas.width / box.width,
      y: (event.clientY - box.top) * canvas.height / box.height,
    };
  };
  const spread = () => {
    const [a, b] = fingers.values();
    return { x: (a.x + b.x) / 2, y: (a.y + b.y) / 2, apart: Math.hypot(a.x - b.x, a.y - b.y) };
  };
  const lift = (/** @type {PointerEvent} */ event) => { fingers.delete(event.pointerId); };

  canvas.addEventListener('pointerdown', (event) => {
    if (event.pointerType !== 'touch' || fingers.size === 2) return;
    fingers.set(event.pointerId, place(event));
    if (fingers.size < 2) return;
    canvas.setPointerCapture(event.pointerId);
    onBegin();
  }, { signal });
  canvas.addEventListener('pointermove', (event) => {
    if (!fingers.has(event.pointerId)) return;
    if (fingers.size < 2) {
      fingers.set(event.pointerId, place(event));
      return;
    }
    const before = spread();
    fingers.set(event.pointerId, place(event));
    const now = spread();
    if (before.apart === 0 || now.apart === 0) return;
    onPinch(now.x, now.y, now.apart / before.apart, now.x - before.x, now.y - before.y);
    event.stopImmediatePropagation(); // else the first finger would point as well
  }, { signal });
  for (const end of /** @type {const} */ (['pointerup', 'pointercancel'])) canvas.addEventListener(end, lift, { signal });
}
