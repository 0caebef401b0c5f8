// The next visit without a connection: the service worker keeps what this one used, and offers a new version.
import { registration } from './isolate.js';

const often = 3600_000; // ms between looks for a new version while the page stays open

/**
 * @param {object} parts
 * @param {ReturnType<typeof import('./notices.js').offerBox>} parts.offer
 * @param {ReturnType<typeof import('./notices.js').wordBox>} parts.word
 */
export function createOffline({ offer, word }) {
  /** @param {ServiceWorker} waiting */
  function offerNew(waiting) {
    offer.show('A new version of headlens is there.', 'Reload', () => {
      if (waiting.state !== 'installed') return location.reload(); // another tab has taken it
      navigator.serviceWorker.addEventListener('controllerchange', () => location.reload(), { once: true });
      waiting.postMessage({ what: 'use' });
    });
  }

  /** @param {ServiceWorkerRegistration} found */
  function watch(found) {
    const look = () => { if (found.waiting && navigator.serviceWorker.controller) offerNew(found.waiting); };
    const follow = () => found.installing?.addEventListener('statechange', look);
    found.addEventListener('updatefound', follow);
    follow(); // one that began while this page was opening
    look();
    let looked = Date.now();
    document.addEventListener('visibilitychange', () => {
      if (document.hidden || Date.now() - looked < often) return;
      looked = Date.now();
      found.update().catch(() => {}); // without a connection there is none
    });
  }

  registration.then((found) => found && watch(found));

  return {
    /**
     * All that every visit needs, and the build of the engine and the model that this one uses.
     * @param {import('./probe.js').Build} build
     * @param {string} model address of its file, where that lies beside the page; else ''
     */
    async keep(build, model) {
      if (!await registration) return;
      const { active } = await navigator.serviceWorker.ready;
      const engine = ['js', 'wasm'].map((kind) => new URL(`engine-${build}.${kind}`, import.meta.url).href);
      const { port1, port2 } = new MessageChannel();
      port1.onmessage = ({ data }) => { if (data.since === 'now') word.show('Ready offline'); };
      active?.postMessage({ what: 'keep', more: [...engine, model] }, [port2]);
    },
  };
}
