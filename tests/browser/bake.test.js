// What `headlens bake` writes, beside what the page says and shows of the same run.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { describe } from '../../web/describe.js';
import { readBaked } from '../../web/embed/baked.js';
import { readAttribute } from '../../web/embed/state.js';
import { readMaps } from '../../web/safetensors.js';

const top = join(import.meta.dirname, '../..');
const folder = mkdtempSync(join(tmpdir(), 'headlens-bake-'));
after(() => rmSync(folder, { recursive: true }));

/** @param {string[]} args */
const headlens = (...args) => execFileSync(join(top, 'build/native/headlens'), args, { encoding: 'utf8' });

/** @param {string} photo @param {string[]} options */
function run(photo, ...options) {
  const args = [join(top, 'tests/photos', `${photo}.jpg`), '--model', join(top, 'weights/dino-vitt8-reg4.safetensors'),
    '--out', folder, ...options];
  headlens('bake', ...args);
  headlens('maps', ...args.filter((word) => word !== '--square'), '--format', 'safetensors', '--size', '224');
  const { buffer } = new Uint8Array(readFileSync(join(folder, `${photo}.safetensors`)));
  const baked = readBaked(new Uint8Array(readFileSync(join(folder, `${photo}.maps`))).buffer);
  return { maps: readMaps(buffer), baked, html: readFileSync(join(folder, `${photo}.html`), 'utf8') };
}

const altOf = (/** @type {string} */ html) => html.match(/ alt="([^"]*)"/)?.[1];
/** @param {Float32Array} map */
const rangeOf = (map) => Math.max(...map) - Math.min(...map);

test("a figure's reader finds the run's scores, within a 255th of each map's range", () => {
  const { maps, baked } = run('chelsea');
  const { layers, heads, rows, cols } = maps;
  assert.deepEqual([baked.layers, baked.heads, baked.rows, baked.cols], [layers, heads, rows, cols]);
  assert.equal(baked.covered.height, 1);
  assert.ok(Math.abs(baked.covered.width - maps.width / maps.resized.width) < 1e-7);
  const size = rows * cols;
  for (let map = 0; map < layers * heads; ++map) {
    const own = maps.cls.subarray(map * size, (map + 1) * size);
    const most = 1.0001 * rangeOf(own) / 255;
    const worst = Math.max(...own.map((score, i) => Math.abs(score - baked.cls[map * size + i])));
    assert.ok(worst > 0 && worst <= most, `map ${map}: ${worst} is above ${most}`);
  }
});

test('the element takes every attribute that can be baked, for what the command line said', () => {
  const { html } = run('coffee', '--layer', '3', '--query', '2,3', '--mode', 'max', '--opacity', '0.00001', '--keep-mass',
    '0.6', '--combine', 'union', '--normalisation', 'layers', '--palette', 'okabe-ito', '--colormap', 'turbo', '--nearest',
    '--colours', '#ff0000,#00ff00,#0000ff', '--square', '--size', '96');
  const [, words] = html.match(/<vit-attention ([^>]*)>/) ?? [];
  const read = [...words.matchAll(/([\w-]+)="([^"]*)"/g)].map(([, name, value]) => readAttribute(name, value));
  assert.deepEqual(Object.fromEntries(read), {
    photo: 'coffee.jpg', maps: 'coffee.maps', layer: 3, query: [2, 3], mode: 'max', opacity: 0.00001, keep_mass: 0.6,
    combine: 'union', normalisation: 'layers', palette: 'okabe-ito', colormap: 'turbo', interpolation: 'nearest',
    colours: ['#ff0000', '#00ff00', '#0000ff'], size: 96, aspect: 'square',
  });
});

const model = 'ViT, patch 8, width 192, 12 blocks, 3 heads, 4 registers';

test('the poster has for words those of the page, layer by layer', () => {
  for (const [photo, layer] of /** @type {[string, number][]} */ ([
    ['chelsea', 12], ['coffee', 3], ['rocket', 6]])) {
    const { maps, html } = run(photo, '--layer', String(layer), '--keep-mass', '0.55');
    const state = /** @type {any} */ ({ layer, mode: 'heads', heads: 'all', query: null, view: 'overlay', keep_mass: 0.55 });
    assert.equal(altOf(html), describe({ photo, model, state, maps, scores: maps.cls }));
  }
});
