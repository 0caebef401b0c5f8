// What scripts/dist writes from the built site, and from others that differ in something.
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { makeDist } from '../../scripts/dist.mjs';
import { site } from './server.js';

/** What a careful host sends, and all that the site asks for. */
export const strictPolicy = { 'Content-Security-Policy': "script-src 'self' 'wasm-unsafe-eval'" };

/** @param {string} [from] a built site @returns the folder of the site of scripts/dist, and how to remove it */
export async function makeSite(from = site) {
  const folder = await mkdtemp(join(tmpdir(), 'headlens-dist-'));
  await makeDist(from, join(folder, 'site'));
  return { folder: join(folder, 'site'), remove: () => rm(folder, { recursive: true }) };
}

/** A copy of the built site in which something differs. @param {(copy: string) => Promise<unknown>} change */
export async function changedSite(change) {
  const copy = await mkdtemp(join(tmpdir(), 'headlens-site-'));
  await cp(site, copy, { recursive: true });
  await change(copy);
  return { copy, drop: () => rm(copy, { recursive: true }) };
}

/** The next version, in whose page the global isSecond is true. */
export async function makeSecondSite() {
  const { copy, drop } = await changedSite(async (where) => {
    const script = await readFile(join(where, 'page.js'), 'utf8');
    await writeFile(join(where, 'page.js'), `${script}\nglobalThis.isSecond = true;\n`);
  });
  const made = await makeSite(copy);
  await drop();
  return made;
}
