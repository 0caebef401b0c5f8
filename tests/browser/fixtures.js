// The fixtures of tests/fixtures, and the weights that each belongs to.
import { readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const folder = join(dirname(fileURLToPath(import.meta.url)), '..', 'fixtures');
const suffix = '.expected.safetensors';
const expected = readdirSync(folder).filter((name) => name.endsWith(suffix));
if (expected.length === 0) throw new Error('There are no fixtures.');

const address = (/** @type {string} */ name) => `/tests/fixtures/${name}`;

/**
 * @typedef {object} Fixture
 * @property {string} name
 * @property {string} weights an address on the tests' server
 * @property {string} expected
 * @property {number} [heads]
 */

/** @type {Fixture[]} exact to 1e-5 from the given pixels */
export const micro = expected.filter((name) => name.includes('-micro')).flatMap((name) => {
  const model = name.split('--')[0];
  const forms = model === 'dinov2-micro-reg' ? [model, `${model}-timm`] : [model];
  return forms.map((form) => ({
    name: `${form} ${name.slice(model.length + 2, -suffix.length)}`,
    weights: address(`${form}.safetensors`),
    expected: address(name),
    heads: form.endsWith('-timm') ? 2 : undefined, // timm's files do not say
  }));
});

/** @type {Fixture[]} the same network as PyTorch files, which do not say how many heads it has */
export const pth = ['dino-micro.pth', 'dino-micro-training-checkpoint.pth'].flatMap((file) => micro
  .filter(({ name }) => name.startsWith('dino-micro '))
  .map((fixture) => ({ ...fixture, name: `${file} ${fixture.name}`, weights: address(file), heads: 3 })));

/**
 * Of the model that the page ships.
 * @param {string} weights
 * @returns {Fixture[]}
 */
export const ofBundledModel = (weights) => expected
  .filter((name) => name.startsWith('dino-vitt8-reg4--'))
  .map((name) => ({ name: name.slice(0, -suffix.length), weights, expected: address(name) }));

export const bundledWeights = '/weights/dino-vitt8-reg4.safetensors';
export const sharedWeights = '/shared/weights/dino-vitt8-reg4.safetensors';
