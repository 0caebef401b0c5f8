// What this browser's WebAssembly can do, and the build of the engine that makes most of it.

/** @typedef {'simd-single' | 'simd-threads' | 'relaxed-single' | 'relaxed-threads'} Build */

/**
 * Whether a function of these instructions, none of which leaves a value, is valid here.
 * @param {number[]} instructions
 */
function understands(instructions) {
  const body = [0, ...instructions, 0x0b]; // no locals; end
  return WebAssembly.validate(new Uint8Array([
    0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0, // "\0asm", version 1
    1, 4, 1, 0x60, 0, 0, // types: () -> ()
    3, 2, 1, 0, // functions: one, of type 0
    10, body.length + 2, 1, body.length, ...body, // code
  ]));
}

const vector = [0x41, 0, 0xfd, 0x11]; // i32.const 0, i32x4.splat
const drop = 0x1a;
const relaxedMadd = [0xfd, 0x85, 0x02]; // f32x4.relaxed_madd

/** @returns {{simd: boolean, relaxedSimd: boolean, threads: boolean}} */
export function probe() {
  return {
    simd: understands([...vector, drop]),
    relaxedSimd: understands([...vector, ...vector, ...vector, ...relaxedMadd, drop]),
    threads: globalThis.crossOriginIsolated === true && typeof SharedArrayBuffer === 'function',
  };
}

/**
 * The builds worth trying, best first. Threads can fail to start where the probe promised them.
 * @param {number} threads how many are wanted
 * @returns {Build[]}
 */
export function buildsToTry(threads) {
  const can = probe();
  if (!can.simd) {
    throw new Error('This browser is too old: it has no WebAssembly SIMD. ' +
      'Use Chrome 91, Firefox 89 or Safari 16.4, or newer.');
  }
  const simd = can.relaxedSimd ? 'relaxed' : 'simd';
  return can.threads && threads > 1 ? [`${simd}-threads`, `${simd}-single`] : [`${simd}-single`];
}

/** Beyond eight threads a network of this size gains nothing. */
export function defaultThreads() {
  return Math.max(1, Math.min(8, globalThis.navigator?.hardwareConcurrency ?? 1));
}
