// The parts of the benchmark that only count and write.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { chartSvg } from './chart.js';
import { contestants, models, parseSize } from './contestants.js';
import { alignColumns, textReport, updateReadme } from './report.js';
import { medians, operations, summarise, total } from './statistics.js';
import { judge } from './targets.js';

const stages = { embedding: 1, norms: 1, qkv: 2, maps: 0, attention: 4, projection: 1, mlp: 1 };

/**
 * A cell in which onnxruntime-web takes `ratio` times as long as we do.
 * @param {string} size
 * @param {number} threads
 * @param {number} ratio
 * @returns {import('./measure.js').Cell}
 */
function cell(size, threads, ratio) {
  const results = Object.fromEntries(contestants.map(({ name, maker }) => {
    const ms = (maker === 'headlens' ? 1000 : 1000 * ratio) / threads;
    return [name, { ms: summarise([ms]), load: 5, memory: 2 ** 20, ...(maker === 'headlens' && { stages }) }];
  }));
  return { model: 'vit-s8', size, threads, difference: 0, results };
}

/** @returns {import('./report.js').Report} */
function report() {
  const cells = [cell('224x224', 1, 2.5), cell('224x224', 2, 2.5), cell('480x480', 1, 4.5)];
  return {
    machine: { processor: 'A processor', processors: 2, browser: 'Chromium 1', onnxruntime: '1.30.0' },
    cells,
    peaks: { 1: { f32: 50e9, int8: 100e9 }, 2: { f32: 100e9, int8: 200e9 } },
    fidelity: [{ model: 'tiny', mean: 0.999, worst: 0.99, r: [[0.999, 0.99]] }],
    transfer: { headlens: 2e5, 'onnxruntime-web': 3e6 },
    verdicts: judge(cells),
  };
}

test('the median of an even number of runs lies between the middle two', () => {
  assert.deepEqual(summarise([4, 1, 3, 9]), { median: 3.5, low: 1, high: 9, runs: 4 });
  assert.deepEqual(medians([{ a: 1, b: 9 }, { a: 2, b: 7 }, { a: 6, b: 8 }]), { a: 2, b: 8 });
});

test('a ViT-S/8 takes about 390 GFLOP at 480 x 480, most of it attention', () => {
  const flops = operations(models[0], parseSize('480'));
  assert.ok(Math.abs(total(flops) / 390e9 - 1) < 0.1, String(total(flops)));
  assert.ok(Math.abs(flops.attention / total(flops) - 0.61) < 0.03, String(flops.attention / total(flops)));
});

test('sizes are rows by columns', () => {
  assert.deepEqual(parseSize('320x480'), { height: 320, width: 480 });
  assert.throws(() => parseSize('large'), /320x480/);
});

test('a miss is called a miss', () => {
  const missed = judge([cell('224x224', 1, 2.5)]).filter(({ reached }) => !reached);
  assert.deepEqual(missed.map(({ wanted, measured }) => [wanted, measured]), [[3, 2.5]]);
  assert.equal(judge([cell('480x480', 1, 5)]).filter(({ reached }) => !reached).length, 0);
  assert.match(textReport(report()), /480x480, threads: 1: onnxruntime-web f32 .* 5\.00 x +4\.50 x +NOT REACHED/);
});

test('two threads are held against one', () => {
  const gains = judge([cell('224x224', 1, 3), cell('224x224', 2, 3)]).filter(({ wanted }) => wanted === 1.8);
  assert.deepEqual(gains.map(({ measured, reached }) => [measured, reached]), [[2, true], [2, true]]);
});

test('the report names every contestant, the spread, the stages and the share of the peak', () => {
  const text = textReport(report());
  for (const { name } of contestants) assert.ok(text.includes(name), name);
  assert.match(text, /attention/);
  assert.match(text, /layer 0 +0\.9990 +0\.9900/);
  assert.match(text, /headlens 200 KB, onnxruntime-web 3000 KB/);
});

test('columns are aligned', () => {
  assert.equal(alignColumns([['a', '1'], ['long', '22']]), 'a      1\nlong  22');
});

test('the README gets its table between the marks, however often', () => {
  const marks = 'before <!-- scripts/bench writes this table -->\n<!-- end of the table --> after';
  const once = updateReadme(marks, report());
  assert.match(once, /\| \*\*headlens int8\*\* \| \*\*1\.00 s\*\* \| \*\*0\.500 s\*\* \| \*\*1\.00 s\*\* \|/);
  assert.equal(updateReadme(once, report()), once);
  assert.ok(once.startsWith('before ') && once.endsWith(' after'));
  assert.throws(() => updateReadme('no marks', report()), /no table/);
});

test('the chart has a panel a cell and a bar a contestant that it shows', () => {
  const svg = chartSvg(report().cells);
  assert.equal(svg.match(/class="title"/g)?.length, 3);
  assert.equal(svg.match(/<rect x="158"/g)?.length, 12);
  assert.match(svg, /4\.50 s<tspan[^>]*>4\.5×/);
});
