// The app's icons from web/icons/icon.svg, in Chromium; run by scripts/screenshot.
//
//   node tests/browser/icons.js web/icons
//
// The maskable one fills its square, and what matters lies in the middle 80 %, for a system cuts it as it likes.
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { startBrowser } from './page-driver.js';

const folder = process.argv[2];
const svg = await readFile(join(folder, 'icon.svg'), 'utf8');
const square = svg.replace(' rx="7"', '').replace('viewBox="0 0 32 32"', 'viewBox="2 2 28 28"');
const browser = await startBrowser();
for (const [name, side, picture] of /** @type {const} */ ([
  ['icon-192', 192, svg], ['icon-512', 512, svg], ['maskable-512', 512, square],
])) {
  const page = await browser.newPage({ viewport: { width: side, height: side } });
  await page.setContent(`<style>body { margin: 0 } svg { display: block; width: 100vw }</style>${picture}`);
  await writeFile(join(folder, `${name}.png`), await page.screenshot({ omitBackground: true }));
  await page.close();
}
await browser.close();
