// Measures headlens and onnxruntime-web side by side in Chromium: see scripts/bench.
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { execFileSync } from 'node:child_process';
import { chromiumPath, startChromium } from '../browser/browsers.js';
import { drawChart } from './chart.js';
import { models, parseSize, sizeName } from './contestants.js';
import { measureCell, measureFidelity, measurePeak, measureTransfer } from './measure.js';
import { folder, prepareFidelity, prepareWeights } from './prepare.js';
import { textReport, updateReadme } from './report.js';
import { startSite, weightsAddress } from './site.js';
import { judge } from './targets.js';

const photos = ['astronaut', 'chelsea', 'coffee', 'raccoon', 'rocket'];
const readme = join(import.meta.dirname, '..', '..', 'README.md');
const chart = join(import.meta.dirname, 'chart.png');

const { values: options } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    readme: { type: 'boolean', default: false },
    sizes: { type: 'string' },
    threads: { type: 'string', default: '1,2' },
    out: { type: 'string', default: folder },
  },
});
const json = join(options.out, 'bench.json');

const say = (/** @type {string} */ text) => process.stderr.write(`headlens: ${text}\n`);

/** @returns {Promise<import('./report.js').Report['machine']>} */
async function describeMachine() {
  const { version } = JSON.parse(await readFile(
    join(import.meta.dirname, 'node_modules', 'onnxruntime-web', 'package.json'), 'utf8'));
  const browser = execFileSync(chromiumPath ?? 'chromium', ['--version'],
    { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
  return {
    processor: cpus()[0].model,
    processors: cpus().length,
    browser: browser.split(/\s+/).slice(0, 2).join(' '),
    onnxruntime: version,
  };
}

/** Three runs where one takes long. @param {import('./contestants.js').Size} size */
const runsOf = ({ height, width }) => (options.quick || height * width > 400 * 480 ? 3 : 5);

/** @returns {Promise<import('./report.js').Report>} */
async function measure() {
  const sizes = (options.sizes ?? (options.quick ? '224' : '224,320x480,480')).split(',').map(parseSize);
  const threadCounts = options.threads.split(',').map(Number);
  say('writing the weights of all contestants');
  prepareWeights(sizes);
  const site = await startSite();
  const browser = await startChromium();
  const address = `${site.url}/tests/bench/bench.html`;
  const page = await browser.open(address);

  /** @type {Record<string, {f32: number, int8: number}>} */
  const peaks = {};
  for (const threads of threadCounts) peaks[threads] = await measurePeak(page, threads);
  /** @type {import('./measure.js').Cell[]} */
  const cells = [];
  for (const model of models) {
    for (const size of sizes) {
      for (const threads of threadCounts) {
        say(`${model.name}, ${sizeName(size)}, threads: ${threads}`);
        cells.push(await measureCell(page, { model, size, threads, runs: runsOf(size) }));
      }
    }
  }
  for (const threads of threadCounts) { // again: what else runs on the machine may have slowed it
    const { f32, int8 } = await measurePeak(page, threads);
    peaks[threads] = { f32: Math.max(f32, peaks[threads].f32), int8: Math.max(int8, peaks[threads].int8) };
  }
  const fidelity = [];
  for (const { name, weights } of prepareFidelity()) {
    say(`${name}: int8 against f32`);
    const at = { f32: weightsAddress + weights.f32, int8: weightsAddress + weights.int8 };
    fidelity.push(await measureFidelity(page, { name, weights: at, photos, size: { height: 224, width: 224 } }));
  }
  const transfer = await measureTransfer(browser, site, models[0], sizes[0]);
  await browser.close();
  site.close();
  return { machine: await describeMachine(), cells, peaks, fidelity, transfer, verdicts: judge(cells) };
}

/** From the last run, so that no number is typed. */
async function writeReadme() {
  await writeFile(readme, updateReadme(await readFile(readme, 'utf8'), JSON.parse(await readFile(json, 'utf8'))));
}

if (options.readme) {
  await writeReadme();
} else {
  const report = await measure();
  await mkdir(options.out, { recursive: true });
  await writeFile(json, `${JSON.stringify(report, null, 1)}\n`);
  const picture = options.quick ? join(options.out, 'chart.png') : chart;
  await drawChart(report.cells, picture);
  console.log(`${textReport(report)}\n\nwritten: ${json}, ${picture}`);
}
