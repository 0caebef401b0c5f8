// Starts the service worker of a site that scripts/dist wrote, and opens the page once more where the worker can
// give it the threads that the host's headers do not: the technique of coi-serviceworker. Where that cannot work
// (in a frame, without https, in some private windows) nothing happens, and the engine runs on one thread.

/** What tells, for this tab, that the page has been opened once more. */
const mark = 'headlens-isolation';

/** Only such a site names a worker. */
const named = /** @type {HTMLMetaElement | null} */ (document.querySelector('meta[name="service-worker"]'));

/** @type {Promise<ServiceWorkerRegistration | null>} */
export const registration = register();

async function register() {
  if (!named || window.top !== window || !navigator.serviceWorker) return null;
  return navigator.serviceWorker.register(named.content, { updateViaCache: 'none' }).catch(() => null);
}

/** Whether it should be opened once more, which it says once. A store that is refused counts as a no. */
function takeTurn() {
  try {
    const turn = sessionStorage.getItem(mark) === null;
    if (turn) sessionStorage.setItem(mark, 'tried');
    return turn;
  } catch {
    return false;
  }
}

/** It worked: where a reload goes past the worker, it may be tried again. */
function forgetTurn() {
  try {
    sessionStorage.removeItem(mark);
  } catch { /* then there is none */ }
}

async function isolate() {
  let touched = false;
  for (const kind of ['drop', 'paste']) addEventListener(kind, () => { touched = true; }, { once: true, capture: true });
  if (crossOriginIsolated) return forgetTurn();
  if (!await registration || !(navigator.hardwareConcurrency > 1)) return;
  await navigator.serviceWorker.ready;
  // Whoever has begun to do something keeps it: the next visit has the threads.
  const began = touched || navigator.userActivation?.hasBeenActive;
  if (!began && takeTurn()) location.reload();
}

isolate();
