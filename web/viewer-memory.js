// Values into and out of viewer.wasm's memory, which may move whenever it grows.

/** @param {any} wasm */
export function wasmMemory(wasm) {
  /**
   * @template T
   * @param {number} address
   * @param {(address: number) => T} use
   */
  const freeAfter = (address, use) => {
    try {
      return use(address);
    } finally {
      wasm._free(address);
    }
  };
  return {
    /**
     * @template T
     * @param {Uint8Array | Uint8ClampedArray} bytes
     * @param {(address: number) => T} use
     */
    withBytes(bytes, use) {
      const address = wasm._malloc(bytes.length);
      wasm.HEAPU8.set(bytes, address);
      return freeAfter(address, use);
    },
    /**
     * @template T
     * @param {Float32Array} values
     * @param {(address: number) => T} use
     */
    withFloats(values, use) {
      const address = wasm._malloc(values.byteLength);
      wasm.HEAPF32.set(values, address / 4);
      return freeAfter(address, use);
    },
    /**
     * @template T
     * @param {string} text
     * @param {(address: number) => T} use
     */
    withText: (text, use) => freeAfter(wasm.stringToNewUTF8(text), use),
    floats: (/** @type {number} */ address, /** @type {number} */ count) =>
      Array.from(/** @type {Float32Array} */ (wasm.HEAPF32.subarray(address / 4, address / 4 + count))),
    bytes: (/** @type {number} */ address, /** @type {number} */ count) =>
      /** @type {Uint8Array} */ (wasm.HEAPU8.slice(address, address + count)),
  };
}

/**
 * viewer.wasm reads as many scores as it was told.
 * @param {Float32Array} scores
 * @param {number} count
 */
export function checkCount(scores, count) {
  if (scores.length !== count) throw new RangeError(`These maps have ${scores.length} scores where ${count} belong.`);
}
