// Files that other apps hand to the installed page: shared with it, by way of the service worker, or opened with it.

/** As web/sw.js leaves them. */
const cacheName = () => `headlens-shared ${new URL('./', document.baseURI).pathname}`;

/** @returns {Promise<File[]>} which are then no longer kept */
async function takeShared() {
  const cache = await caches.open(cacheName());
  const requests = await cache.keys();
  const files = await Promise.all(requests.map(async (request) => {
    const response = /** @type {Response} */ (await cache.match(request));
    const name = decodeURIComponent(response.headers.get('x-name') ?? 'photo');
    return new File([await response.blob()], name, { type: response.headers.get('content-type') ?? '' });
  }));
  await caches.delete(cacheName());
  return files;
}

/** @param {(files: File[]) => void} take */
export async function takeReceived(take) {
  const queue = /** @type {any} */ (globalThis).launchQueue; // Chromium has it
  queue?.setConsumer(async (/** @type {{files: FileSystemFileHandle[]}} */ { files }) => {
    if (files.length > 0) take(await Promise.all(files.map((handle) => handle.getFile())));
  });
  if (!new URLSearchParams(location.search).has('shared')) return;
  history.replaceState(null, '', location.pathname + location.hash);
  const files = await takeShared();
  if (files.length > 0) take(files);
}
