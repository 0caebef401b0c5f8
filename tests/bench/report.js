// A run as text: for the terminal, and for the README.
import { contestants, models, parseSize } from './contestants.js';
import { operations, total } from './statistics.js';

/**
 * @typedef {import('./measure.js').Cell} Cell
 * @typedef {import('./measure.js').Fidelity} Fidelity
 *
 * @typedef {object} Report what build/bench/bench.json holds
 * @property {{processor: string, processors: number, browser: string, onnxruntime: string}} machine
 * @property {Cell[]} cells
 * @property {Record<string, {f32: number, int8: number}>} peaks XNNPACK's FLOP/s by threads
 * @property {Fidelity[]} fidelity
 * @property {Record<string, number>} transfer bytes by maker
 * @property {import('./targets.js').Verdict[]} verdicts
 */

const seconds = (/** @type {number} */ ms) => (ms / 1e3).toFixed(ms < 995 ? 3 : 2);
const megabytes = (/** @type {number} */ bytes) => (bytes / 2 ** 20).toFixed(0);
const percent = (/** @type {number} */ share) => `${(100 * share).toFixed(0)} %`;
const times = (/** @type {number} */ ratio) => `${ratio.toFixed(2)} x`;

/**
 * Columns as wide as what is in them; the first to the left, the others to the right.
 * @param {string[][]} rows
 */
export function alignColumns(rows) {
  const widths = rows[0].map((_, column) => Math.max(...rows.map((row) => row[column].length)));
  return rows.map((row) => row.map((text, column) =>
    (column === 0 ? text.padEnd(widths[0]) : text.padStart(widths[column]))).join('  ').trimEnd()).join('\n');
}

/** @param {Cell} cell */
function cellTable({ results }) {
  const reference = results['onnxruntime-web f32'].ms.median;
  return alignColumns([
    ['', 'median s', 'from', 'to', 'runs', 'f32 of onnxruntime / this', 'load s', 'memory MB'],
    ...contestants.map(({ name }) => {
      const { ms, load, memory } = results[name];
      return [name, seconds(ms.median), seconds(ms.low), seconds(ms.high), String(ms.runs),
        times(reference / ms.median), seconds(load), megabytes(memory)];
    }),
  ]);
}

/**
 * Where our time goes, and how much of XNNPACK's own speed that is.
 * @param {Cell} cell
 * @param {Report['peaks']} peaks
 */
function stageTable(cell, peaks) {
  const model = /** @type {import('./contestants.js').Model} */ (models.find(({ name }) => name === cell.model));
  const flops = operations(model, parseSize(cell.size));
  const ours = contestants.filter(({ maker }) => maker === 'headlens');
  const stages = Object.keys(cell.results[ours[0].name].stages ?? {});
  const rows = ours.map(({ name, precision, simd }) => {
    const { ms, stages: times = {} } = cell.results[name];
    const speed = total(flops) / (ms.median / 1e3);
    const peak = peaks[cell.threads][precision];
    return [name, ...stages.map((stage) => percent(times[stage] / total(times))),
      (speed / 1e9).toFixed(0), simd === 'relaxed' ? percent(speed / peak) : ''];
  });
  return alignColumns([['share of the time', ...stages, 'GFLOP/s', `of XNNPACK's own`], ...rows]);
}

/** @param {Fidelity} fidelity */
const fidelityText = ({ model, mean, worst, r }) =>
  `${model}, int8 against f32: Pearson r on average ${mean.toFixed(4)}, at worst ${worst.toFixed(4)}\n` +
  alignColumns([
    ['the worst photo of', ...r[0].map((_, head) => `head ${head}`)],
    ...r.map((heads, layer) => [`  layer ${layer}`, ...heads.map((value) => value.toFixed(4))]),
  ]);

/** @param {import('./targets.js').Verdict[]} verdicts */
function verdictTable(verdicts) {
  const missed = verdicts.filter(({ reached }) => !reached).length;
  return `${alignColumns([
    ['', 'wanted', 'measured', ''],
    ...verdicts.map(({ claim, wanted, measured, reached }) =>
      [claim, times(wanted), times(measured), reached ? 'reached' : 'NOT REACHED']),
  ])}\n${verdicts.length - missed} reached, ${missed} not reached`;
}

/** @param {Report} report */
export function textReport({ machine, cells, peaks, fidelity, transfer, verdicts }) {
  return [
    `${machine.processor}, ${machine.processors} processors, ${machine.browser}, onnxruntime-web ${machine.onnxruntime}`,
    ...cells.map((cell) => `${cell.model}, ${cell.size}, threads: ${cell.threads} ` +
      `(f32 scores differ by at most ${cell.difference.toExponential(1)})\n${cellTable(cell)}\n\n${stageTable(cell, peaks)}`),
    ...Object.entries(peaks).map(([threads, { f32, int8 }]) =>
      `XNNPACK, 785 x 384 x 1536, threads: ${threads}: f32 ${(f32 / 1e9).toFixed(0)} GFLOP/s, int8 ${(int8 / 1e9).toFixed(0)} GOP/s`),
    ...fidelity.map(fidelityText),
    `Programs to fetch, gzipped: ${Object.entries(transfer).map(([maker, bytes]) => `${maker} ${(bytes / 1e3).toFixed(0)} KB`).join(', ')}`,
    verdictTable(verdicts),
  ].join('\n\n');
}

const marks = ['<!-- scripts/bench writes this table -->', '<!-- end of the table -->'];

/** @param {Report} report */
export function markdownTable({ machine, cells, transfer }) {
  const shown = cells.filter(({ model }) => model === 'vit-s8');
  const line = (/** @type {string[]} */ columns) => `| ${columns.join(' | ')} |`;
  const headings = shown.map(({ size, threads }) => `${size.replace('x', ' x ')}, ${threads === 1 ? 'one thread' : `${threads} threads`}`);
  const rows = contestants.map(({ name }) => {
    const bold = name === 'headlens int8' ? '**' : '';
    return line([bold + name + bold, ...shown.map(({ results }) => `${bold}${seconds(results[name].ms.median)} s${bold}`)]);
  });
  const one = contestants.find(({ name }) => name === 'headlens int8');
  const ratio = (/** @type {string} */ name) => line([`*${name} / ${one?.name}*`, ...shown.map(({ results }) =>
    `${(results[name].ms.median / results['headlens int8'].ms.median).toFixed(1)} x`)]);
  return [
    line(['ViT-S/8 in Chromium', ...headings]),
    line(['---', ...headings.map(() => '---:')]),
    ...rows, ratio('onnxruntime-web f32'), ratio('onnxruntime-web int8'),
    '',
    `Medians on ${machine.processors} cores of ${machine.processor}, ${machine.browser}, onnxruntime-web ${machine.onnxruntime}. ` +
    `To fetch, gzipped: ${Object.entries(transfer).map(([maker, bytes]) => `${maker} ${(bytes / 1e6).toFixed(2)} MB`).join(', ')}, weights not counted.`,
  ].join('\n');
}

/**
 * @param {string} readme
 * @param {Report} report
 */
export function updateReadme(readme, report) {
  const [begin, end] = marks.map((mark) => readme.indexOf(mark));
  if (begin < 0 || end < begin) throw new Error(`README.md has no table between "${marks[0]}" and "${marks[1]}".`);
  return `${readme.slice(0, begin + marks[0].length)}\n\n${markdownTable(report)}\n\n${readme.slice(end)}`;
}
