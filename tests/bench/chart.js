// A run as a picture: how long a ViT-S/8 takes, ours above theirs.
import { chromium } from 'playwright-core';
import { chromiumPath } from '../browser/browsers.js';

/** @typedef {import('./measure.js').Cell} Cell */

/** [contestant, what the chart calls it, colour] */
const bars = [
  ['headlens int8', 'headlens int8', '#e5484d'],
  ['headlens f32', 'headlens f32', '#f2a33a'],
  ['onnxruntime-web int8', 'onnxruntime-web int8', '#7d8899'],
  ['onnxruntime-web f32', 'onnxruntime-web f32', '#a7b0bd'],
];
const width = 960;
const panelWidth = 448;
const panelHeight = 176;
const gap = 24;
const barHeight = 22;
const barStep = 31;
const labelWidth = 158;
const scaleWidth = 176; // of the longest bar

const seconds = (/** @type {number} */ ms) => `${(ms / 1e3).toFixed(ms < 9950 ? 2 : 1)} s`;

/**
 * @param {Cell} cell
 * @param {number} longest ms
 * @param {number} x
 * @param {number} y
 */
function panel({ size, threads, results }, longest, x, y) {
  const best = results['headlens int8'].ms.median;
  const rows = bars.map(([name, label, colour], i) => {
    const { median } = results[name].ms;
    const top = 38 + i * barStep;
    const length = Math.max(2, (median / longest) * scaleWidth);
    const ratio = i === 0 ? '' : `<tspan class="ratio" dx="8">${(median / best).toFixed(1)}×</tspan>`;
    return `<text class="${i < 2 ? 'ours' : 'theirs'}" x="${labelWidth - 12}" y="${top + 15.5}" text-anchor="end">${label}</text>
      <rect x="${labelWidth}" y="${top}" width="${length}" height="${barHeight}" rx="4" fill="${colour}"/>
      <text class="time" x="${labelWidth + length + 9}" y="${top + 15.5}">${seconds(median)}${ratio}</text>`;
  });
  const title = `${size.replace('x', ' × ')}, ${threads === 1 ? 'one thread' : 'two threads'}`;
  return `<g transform="translate(${x} ${y})"><text class="title" x="${labelWidth}" y="20">${title}</text>${rows.join('')}</g>`;
}

/**
 * A panel for each size and number of threads; the panels of a size share their scale.
 * @param {Cell[]} cells
 */
export function chartSvg(cells) {
  const shown = cells.filter(({ model, size, threads }) =>
    model === 'vit-s8' && threads <= 2 && ['224x224', '480x480'].includes(size));
  const sizes = [...new Set(shown.map(({ size }) => size))];
  const panels = shown.map((cell) => {
    const row = sizes.indexOf(cell.size);
    const column = shown.filter(({ size }) => size === cell.size).indexOf(cell);
    const longest = Math.max(...shown.filter(({ size }) => size === cell.size)
      .flatMap(({ results }) => bars.map(([name]) => results[name].ms.median)));
    return panel(cell, longest, gap + column * (panelWidth + gap / 2), 70 + row * (panelHeight + gap / 2));
  });
  const height = 70 + sizes.length * (panelHeight + gap / 2) + 6;
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}">
    <style>
      text { font: 13px Inter, sans-serif; fill: #d5dae2; }
      .heading { font-size: 17px; font-weight: 600; fill: #ffffff; }
      .title { font-weight: 600; fill: #ffffff; }
      .ours { font-weight: 600; fill: #ffffff; }
      .theirs { fill: #aab3c0; }
      .time { font-variant-numeric: tabular-nums; }
      .ratio { fill: #8a94a3; }
    </style>
    <rect x="0.5" y="0.5" width="${width - 1}" height="${height - 1}" rx="14" fill="#14171c" stroke="#2a2f38"/>
    <text class="heading" x="${gap + 8}" y="40">Attention maps of a ViT-S/8 in the browser: shorter is better</text>
    <text class="ratio" x="${width - gap - 8}" y="40" text-anchor="end">×: times as long as headlens int8</text>
    ${panels.join('\n')}
  </svg>`;
}

/**
 * @param {Cell[]} cells
 * @param {string} path of the PNG, twice as many pixels as the picture is wide
 */
export async function drawChart(cells, path) {
  const browser = await chromium.launch({ executablePath: chromiumPath, args: ['--no-sandbox'] });
  const page = await browser.newPage({ deviceScaleFactor: 2 });
  await page.setContent(`<body style="margin:0;background:transparent">${chartSvg(cells)}`);
  await page.locator('svg').screenshot({ path, omitBackground: true });
  await browser.close();
}
