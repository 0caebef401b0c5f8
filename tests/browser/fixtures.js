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
 * @property {import('../../web/engine.js').ModelChoices} choices
 */

/**
 * The same weights in the files of others, which do not say how many heads they have; and others
 * resample the positions by another rule than the expected maps.
 * @type {Record<string, {form: string, choices: import('../../web/engine.js').ModelChoices}[]>}
 */
const underOtherNames = {
  'dinov2-micro-reg': [{ form: 'dinov2-micro-reg-timm', choices: { heads: 2, position: 'dino' } }],
  'dino-micro': [{ form: 'dino-micro-huggingface', choices: { heads: 3, position: 'dino' } }],
};

/** @type {Fixture[]} exact to 1e-5 from the given pixels */
export const micro = expected.filter((name) => name.includes('-micro')).flatMap((name) => {
  const model = name.split('--')[0];
  const forms = [{ form: model, choices: {} }, ...underOtherNames[model] ?? []];
  return forms.map(({ form, choices }) => ({
    name: `${form} ${name.slice(model.length + 2, -suffix.length)}`,
    weights: address(`${form}.safetensors`),
    expected: address(name),
    choices,
  }));
});

/** @type {Fixture[]} the same network as PyTorch files, which do not say how many heads it has */
export const pth = ['dino-micro.pth', 'dino-micro-training-checkpoint.pth'].flatMap((file) => micro
  .filter(({ name }) => name.startsWith('dino-micro '))
  .map((fixture) => ({ ...fixture, name: `${file} ${fixture.name}`, weights: address(file), choices: { ...fixture.choices, heads: 3 } })));

/**
 * Of the model that the page ships.
 * @param {string} weights
 * @returns {Fixture[]}
 */
export const ofBundledModel = (weights) => expected
  .filter((name) => name.startsWith('dino-vitt8-reg4--'))
  .map((name) => ({ name: name.slice(0, -suffix.length), weights, expected: address(name), choices: {} }));

export const bundledWeights = '/weights/dino-vitt8-reg4.safetensors';
export const sharedWeights = '/shared/weights/dino-vitt8-reg4.safetensors';
