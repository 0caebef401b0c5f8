import { firefoxPath, startFirefox } from './browsers.js';
import { testEngineIn } from './other-browser.js';

await testEngineIn({ name: 'Firefox', path: firefoxPath, start: startFirefox, build: 'relaxed-threads' });
