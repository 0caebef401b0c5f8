import { startWebKit, webkitDriverPath } from './browsers.js';
import { testEngineIn } from './other-browser.js';

// WebKit has no relaxed SIMD. Its Linux port shares memory between threads only when told to; Safari does by itself.
const path = webkitDriverPath;
await testEngineIn({ name: 'WebKit', path, build: 'simd-single', start: startWebKit });
await testEngineIn({
  name: 'WebKit with threads', path, build: 'simd-threads',
  start: () => startWebKit({ JSC_useSharedArrayBuffer: '1' }),
});
