// The picture at the top of the README: the page as it is, in Chromium, with the raccoon at 320 pixels.
// Run by scripts/screenshot, which builds the site first.
import { writeFile } from 'node:fs/promises';
import { openPage, startBrowser } from './page-driver.js';
import { photoPath } from './pictures.js';
import { startServer } from './server.js';

const server = await startServer();
const browser = await startBrowser();
const driver = await openPage(browser, server.url, { width: 1280, height: 800, density: 1.5 });
await driver.ready();
await driver.setState({ size: 320 });
await driver.drop(photoPath('raccoon.jpg'));
await driver.setState({ layer: 11, keep_mass: 0.8 });
await writeFile(process.argv[2], await driver.page.screenshot({ type: 'jpeg', quality: 85 }));
await browser.close();
server.close();
