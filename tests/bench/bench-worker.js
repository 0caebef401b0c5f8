// Runs wasm_bench.cc's functions, which block, away from the page.

/** @type {Map<string, Promise<any>>} */
const programs = new Map();

globalThis.onmessage = async (/** @type {MessageEvent} */ { data: { program, threads, name, args } }) => {
  let module = programs.get(program);
  if (!module) {
    module = import(program).then(({ default: factory }) => factory({ threads }));
    programs.set(program, module);
  }
  postMessage((await module)[`_${name}`](...args));
};
