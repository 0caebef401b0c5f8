import { startWebKit, webkitDriverPath } from './browsers.js';
import { testEngineIn } from './other-browser.js';

// WebKit has no relaxed SIMD.
await testEngineIn({ name: 'WebKit', path: webkitDriverPath, start: startWebKit, build: 'simd-threads' });
