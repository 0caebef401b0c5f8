// Checkpoints with the names, sizes and structure of published ones, written by PyTorch itself, of
// random numbers.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const script = fileURLToPath(new URL('../golden/make_checkpoints.py', import.meta.url));
const notInstalled = 77;

/**
 * @param {string} model as the script knows it
 * @param {'pth' | 'safetensors'} form
 * @returns {Buffer | null} null where PyTorch is not installed
 */
export function officialCheckpoint(model, form) {
  const folder = mkdtempSync(join(tmpdir(), 'headlens-'));
  try {
    const path = join(folder, `weights.${form}`);
    const { status, stderr } = spawnSync('python3', [script, '--official', model, path]);
    if (status === notInstalled) return null;
    if (status !== 0) throw new Error(`${script} failed: ${stderr}`);
    return readFileSync(path);
  } finally {
    rmSync(folder, { recursive: true });
  }
}
