// What any browser does with the site of scripts/dist on a host that sends no headers for threads.
import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { makeDist } from '../../scripts/dist.mjs';
import { startHost } from './dist-host.js';
import { takeMainPath, until } from './main-path.js';
import { site } from './server.js';

/** @param {string} [from] a built site @returns the folder of the site of scripts/dist, and how to remove it */
export async function makeSite(from = site) {
  const folder = await mkdtemp(join(tmpdir(), 'headlens-dist-'));
  await makeDist(from, join(folder, 'site'));
  return { folder: join(folder, 'site'), remove: () => rm(folder, { recursive: true }) };
}

/** @param {import('./browsers.js').TestBrowser} browser */
export async function visitDist(browser) {
  const { folder, remove } = await makeSite();
  const host = await startHost(folder, { isolated: false });
  try {
    const page = await browser.open(host.url);
    await host.askedForPage(2);
    await until(page, 'crossOriginIsolated');
    await takeMainPath(page);
    await until(page, 'document.querySelector("#engine").textContent.includes("thread")');
    assert.match(await page.run('document.querySelector("#engine").textContent'), /[2-9] threads/);
    assert.deepEqual(host.asked.filter(({ status }) => status >= 400), []);
    await page.close();
  } finally {
    host.close();
    await remove();
  }
}
