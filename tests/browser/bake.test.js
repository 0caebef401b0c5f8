// What `headlens bake` writes, beside what the page says and shows of the same run.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { describe } from '../../web/describe.js';
import { readMaps } from '../../web/safetensors.js';

const top = join(import.meta.dirname, '../..');
const folder = mkdtempSync(join(tmpdir(), 'headlens-bake-'));
after(() => rmSync(folder, { recursive: true }));

/** @param {string[]} args */
const headlens = (...args) => execFileSync(join(top, 'build/native/headlens'), args, { encoding: 'utf8' });

/** @param {string} photo @param {string[]} options */
function run(photo, ...options) {
  const args = [join(top, 'tests/photos', `${photo}.jpg`), '--model', join(top, 'weights/dino-vitt8-reg4.safetensors'),
    '--size', '224', '--out', folder, ...options];
  headlens('bake', ...args);
  headlens('maps', '--format', 'safetensors', ...args);
  const { buffer } = new Uint8Array(readFileSync(join(folder, `${photo}.safetensors`)));
  return { maps: readMaps(buffer), html: readFileSync(join(folder, `${photo}.html`), 'utf8') };
}

const altOf = (/** @type {string} */ html) => html.match(/ alt="([^"]*)"/)?.[1];
const model = 'ViT, patch 8, width 192, 12 blocks, 3 heads, 4 registers';

test('the poster has for words those of the page, layer by layer', () => {
  for (const [photo, layer] of /** @type {[string, number][]} */ ([
    ['chelsea', 12], ['coffee', 3], ['rocket', 6]])) {
    const { maps, html } = run(photo, '--layer', String(layer), '--keep-mass', '0.55');
    const state = /** @type {any} */ ({ layer, mode: 'heads', heads: 'all', query: null, view: 'overlay', keep_mass: 0.55 });
    assert.equal(altOf(html), describe({ photo, model, state, maps, scores: maps.cls }));
  }
});
