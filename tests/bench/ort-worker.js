// onnxruntime-web, away from the page as our engine is. Requests: {open} or {pixels, height, width}.

/** Every memory that WebAssembly makes here, so that it can be weighed. @type {WebAssembly.Memory[]} */
const memories = [];
const PlainMemory = WebAssembly.Memory;
WebAssembly.Memory = class extends PlainMemory {
  /** @param {WebAssembly.MemoryDescriptor} descriptor */
  constructor(descriptor) {
    super(descriptor);
    memories.push(this);
  }
};

/** @type {any} */
let ort;
/** @type {any} */
let session;

/** @param {{home: string, threads: number, graph: string}} options */
async function open({ home, threads, graph }) {
  ort = await import(`${home}ort.wasm.min.mjs`);
  Object.assign(ort.env.wasm, { wasmPaths: home, numThreads: threads });
  ort.env.logLevel = 'error';
  const bytes = new Uint8Array(await (await fetch(graph)).arrayBuffer());
  session = await ort.InferenceSession.create(bytes, { executionProviders: ['wasm'], graphOptimizationLevel: 'all' });
  return {};
}

/** @param {{pixels: Float32Array, height: number, width: number}} input */
async function run({ pixels, height, width }) {
  const began = performance.now();
  const { maps } = await session.run({ pixels: new ort.Tensor('float32', pixels, [1, 3, height, width]) });
  const ms = performance.now() - began;
  const memory = memories.reduce((sum, { buffer }) => sum + buffer.byteLength, 0);
  return { ms, memory, scores: maps.data, shape: maps.dims };
}

onmessage = async ({ data }) => {
  try {
    postMessage(data.open ? await open(data.open) : await run(data));
  } catch (error) {
    postMessage({ error: String(error) });
  }
};
