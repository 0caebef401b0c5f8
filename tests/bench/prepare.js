// Writes every contestant's weights from the same numbers into build/bench.
// HEADLENS_TOOL: another build than build/native/headlens.
import { execFileSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { contestants, models, weightsFile } from './contestants.js';

const top = join(import.meta.dirname, '..', '..');
export const folder = join(top, 'build', 'bench');
const tool = process.env.HEADLENS_TOOL ?? join(top, 'build', 'native', 'headlens');
const bundled = join(top, 'weights', 'dino-vitt8-reg4.safetensors');
const deitTiny = join(top, '..', 'shared', 'weights', 'deit-tiny-patch16-224.safetensors');

const inFolder = (/** @type {string} */ name) => join(folder, name);
const python = (/** @type {string} */ script, /** @type {string[]} */ ...args) =>
  execFileSync('python3', [join(import.meta.dirname, script), ...args], { stdio: ['ignore', 'ignore', 'inherit'] });

/**
 * @param {string} from
 * @param {string} to
 * @param {'f32' | 'int8'} precision
 */
const pack = (from, to, precision) =>
  execFileSync(tool, ['pack', from, inFolder(to), '--precision', precision], { stdio: ['ignore', 'ignore', 'inherit'] });

/** @param {import('./contestants.js').Size[]} sizes */
export function prepareWeights(sizes) {
  mkdirSync(folder, { recursive: true });
  python('write_random_vit.py', inFolder('vit-s8-f32.safetensors'));
  pack(inFolder('vit-s8-f32.safetensors'), 'vit-s8-int8.safetensors', 'int8');
  copyFileSync(bundled, inFolder('dino-vitt8-reg4-int8.safetensors'));
  pack(bundled, 'dino-vitt8-reg4-f32.safetensors', 'f32');
  for (const model of models) {
    for (const size of sizes) {
      for (const contestant of contestants.filter(({ maker }) => maker === 'onnxruntime-web')) {
        python('write_onnx.py', inFolder(`${model.name}-f32.safetensors`), inFolder(weightsFile(contestant, model, size)),
          '--height', String(size.height), '--width', String(size.width), '--precision', contestant.precision);
      }
    }
  }
}

/**
 * The models whose int8 maps are compared with their f32 maps; DeiT-Tiny only where it is at hand.
 * @returns {{name: string, weights: Record<'f32' | 'int8', string>}[]} weights: names in build/bench
 */
export function prepareFidelity() {
  const names = ['dino-vitt8-reg4'];
  if (existsSync(deitTiny)) {
    pack(deitTiny, 'deit-tiny-f32.safetensors', 'f32');
    pack(deitTiny, 'deit-tiny-int8.safetensors', 'int8');
    names.push('deit-tiny');
  }
  return names.map((name) => ({
    name, weights: { f32: `${name}-f32.safetensors`, int8: `${name}-int8.safetensors` },
  }));
}
