// Pictures that the project keeps of its page, in Chromium; run by scripts/screenshot, which builds the site first.
//
//   node tests/browser/screenshot.js PREVIEW.jpg POSTER.jpg
//
// PREVIEW, of the README: the page with the raccoon at 320 pixels. POSTER: what web/first.js shows until the viewer
// is there, the first sample as the viewer draws it.
import { writeFile } from 'node:fs/promises';
import { openPage, startBrowser } from './page-driver.js';
import { photoPath } from './pictures.js';
import { startServer } from './server.js';

const server = await startServer();
const browser = await startBrowser();
const driver = await openPage(browser, server.url, { width: 1280, height: 800, density: 1.5 });
await driver.ready();
const [preview, poster] = process.argv.slice(2);

const jpeg = await driver.app.evaluate(async ({ viewer }) => {
  const pixels = viewer.picture();
  const canvas = new OffscreenCanvas(pixels.width, pixels.height);
  canvas.getContext('2d')?.putImageData(pixels, 0, 0);
  const blob = await canvas.convertToBlob({ type: 'image/jpeg', quality: 0.9 });
  return new Uint8Array(await blob.arrayBuffer());
});
await writeFile(poster, jpeg);

await driver.setState({ size: 320 });
await driver.drop(photoPath('raccoon.jpg'));
await driver.setState({ layer: 11, keep_mass: 0.8 });
await writeFile(preview, await driver.page.screenshot({ type: 'jpeg', quality: 85 }));
await browser.close();
server.close();
