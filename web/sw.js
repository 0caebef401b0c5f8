// The service worker of a site that scripts/dist wrote. It isolates the page where the host sends no headers
// for that, keeps what a visit needs for the next one without a connection, and takes what other apps share.
//
// Everything but a few files lies in a folder named by its contents: whatever of it is kept belongs to the page
// that asks, of whichever version. The page itself is kept last, so where it is kept all of its version is.

/**
 * Filled in by scripts/dist; paths as seen from here.
 * @typedef {object} Site
 * @property {string} version also said by index.html
 * @property {string[]} files that every visit needs
 * @property {string[]} optional that some need: builds of the engine, other models
 */
/** @type {Site} */
const site = { version: '', files: [], optional: [] };

const worker = /** @type {ServiceWorkerGlobalScope} */ (/** @type {unknown} */ (self));
const home = new URL('./', location.href);

/** Of this site: others on the same host have their own. @param {string} what */
const cacheName = (what) => `headlens-${what} ${home.pathname}`;
const pagesOf = `${cacheName('site')} `;
const pages = pagesOf + site.version;

/** Of all versions: they are large, and their names change with their contents. */
const weights = cacheName('weights');

const atOnce = 6; // requests

/** @param {string} path */
const addressOf = (path) => new URL(path, home).href;

/** @param {string} path */
const cacheOf = (path) => caches.open(path.startsWith('weights/') ? weights : pages);

/** @param {string} path @returns {Promise<Response | undefined>} */
function findKept(path) {
  const isNamedByContents = /^(assets-|weights\/)/.test(path);
  return caches.match(addressOf(path), { ignoreVary: true, ...(isNamedByContents ? {} : { cacheName: pages }) });
}

/** @param {string} path @param {RequestCache} [cache] */
async function fetchWhole(path, cache = 'default') {
  const response = await fetch(addressOf(path), { cache });
  const isPage = response.headers.get('content-type')?.startsWith('text/html') ?? false;
  // Some hosts send their front page for what is not there.
  if (!response.ok || isPage !== (path === '')) throw new Error(`${path} could not be fetched.`);
  return response;
}

/** @param {string} path */
async function keepFile(path) {
  const { body, headers } = await fetchWhole(path);
  await (await cacheOf(path)).put(addressOf(path), new Response(body, { headers })); // may have been redirected
}

async function keepPage() {
  const response = await fetchWhole('', 'no-cache');
  const text = await response.text();
  if (!text.includes(site.version)) throw new Error('The page is of another version.');
  await (await cacheOf('')).put(addressOf(''), new Response(text, { headers: response.headers }));
}

/**
 * Fails where something cannot be fetched or kept.
 * @param {string[]} more of the optional files
 * @returns {Promise<boolean>} whether the page was not kept before
 */
async function keep(more) {
  const wanted = [...site.files, ...site.optional.filter((path) => more.includes(path))];
  const kept = await Promise.all(wanted.map(findKept));
  const missing = wanted.filter((_, i) => !kept[i]);
  for (let i = 0; i < missing.length; i += atOnce) await Promise.all(missing.slice(i, i + atOnce).map(keepFile));
  if (await findKept('')) return false;
  await keepPage();
  return true;
}

/** Paths of the versions before that are kept whole. */
async function keptBefore() {
  /** @type {string[]} */
  const paths = [];
  for (const name of await caches.keys()) {
    if (!name.startsWith(pagesOf) || name === pages) continue;
    const cache = await caches.open(name);
    if (!await cache.match(addressOf(''))) continue;
    for (const { url } of await cache.keys()) paths.push(url.slice(home.href.length));
  }
  return paths;
}

/** Whoever has a version kept gets all of the new one before it is offered. */
async function install() {
  const before = await keptBefore();
  if (before.length === 0) return worker.skipWaiting();
  const nameOf = (/** @type {string} */ path) => path.replace(/^assets-\w+\//, '');
  const names = before.map(nameOf);
  const keptWeights = (await (await caches.open(weights)).keys()).map(({ url }) => url.slice(home.href.length));
  await keep(site.optional.filter((path) => names.includes(nameOf(path)) || keptWeights.includes(path)));
}

/** Once no page of another version can be open, and none waits to begin. */
async function forgetOld() {
  const open = await worker.clients.matchAll({ type: 'window', includeUncontrolled: true });
  if (open.filter(({ url }) => url.startsWith(home.href)).length > 1) return;
  if (worker.registration.waiting || worker.registration.installing) return;
  for (const name of await caches.keys()) {
    if (name.startsWith(pagesOf) && name !== pages) await caches.delete(name);
  }
  const now = [...site.files, ...site.optional].map(addressOf);
  const cache = await caches.open(weights);
  for (const request of await cache.keys()) if (!now.includes(request.url)) await cache.delete(request);
}

/** Threads need both headers; a worker's script must have the second where its page has. @param {Response} response */
function isolated(response) {
  if (!response.body) return response; // redirected, or unchanged
  const headers = new Headers(response.headers);
  headers.set('Cross-Origin-Opener-Policy', 'same-origin');
  headers.set('Cross-Origin-Embedder-Policy', 'require-corp');
  const { body, status, statusText } = response;
  return new Response(body, { status, statusText, headers });
}

/** Photos and files of weights, for received.js to pick up. @param {Request} request */
async function takeShared(request) {
  const files = (await request.formData()).getAll('files').filter((entry) => entry instanceof File);
  const cache = await caches.open(cacheName('shared'));
  for (const [i, file] of files.entries()) {
    const headers = { 'Content-Type': file.type, 'X-Name': encodeURIComponent(file.name) };
    await cache.put(addressOf(`shared/${Date.now()}-${i}`), new Response(file, { headers }));
  }
  return Response.redirect(addressOf('?shared'), 303);
}

worker.addEventListener('install', (event) => event.waitUntil(install()));
worker.addEventListener('activate', (event) => event.waitUntil(worker.clients.claim()));

worker.addEventListener('message', (event) => {
  const { what, more = [] } = event.data;
  if (what === 'use') worker.skipWaiting();
  if (what !== 'keep') return;
  const answer = (/** @type {'now' | 'before' | ''} */ since) => event.ports[0].postMessage({ since });
  const paths = more.map((/** @type {string} */ address) => address.slice(home.href.length));
  event.waitUntil(keep(paths).then((isNew) => answer(isNew ? 'now' : 'before')).then(forgetOld).catch(() => answer('')));
});

worker.addEventListener('fetch', (event) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  if (origin !== home.origin || !pathname.startsWith(home.pathname)) return;
  const path = pathname.slice(home.pathname.length).replace(/^index\.html$/, '');
  if (request.method === 'POST' && path === 'share') return event.respondWith(takeShared(request));
  if (request.method !== 'GET' || request.headers.has('range')) return;
  if (request.cache === 'only-if-cached' && request.mode !== 'same-origin') return;
  const isolates = request.destination === 'worker' || (request.destination === 'document' && path === '');
  event.respondWith((async () => {
    const response = await findKept(path) ?? await fetch(request);
    return isolates ? isolated(response) : response;
  })());
});
