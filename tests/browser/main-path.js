// What everyone does on the page, with the mouse and the keys of any browser: the first heatmap, another
// sample, another layer, a patch.
import assert from 'node:assert/strict';

/** @typedef {import('./browsers.js').TestPage} TestPage */

const patience = 30_000; // ms

/** @param {TestPage} page @param {string} condition JavaScript */
export async function until(page, condition) {
  for (const last = Date.now() + patience; !await page.run(condition);) {
    if (Date.now() > last) throw new Error(`For ${patience / 1000} s this did not become true: ${condition}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** Where the middle of an element is. @param {TestPage} page @param {string} selector */
const middleOf = (page, selector) => page.run(`(() => {
  const { x, y, width, height } = document.querySelector(${JSON.stringify(selector)}).getBoundingClientRect();
  return { x: Math.round(x + width / 2), y: Math.round(y + height / 2) };
})()`);

/** Levels in the mean between what is drawn now and what was noted last; notes the former. @param {TestPage} page */
const change = (page) => page.run(`(() => {
  headlens.viewer.drawNow();
  const { data } = headlens.viewer.picture();
  const before = window.noted;
  window.noted = data;
  if (before?.length !== data.length) return 255;
  return data.reduce((sum, level, i) => sum + Math.abs(level - before[i]), 0) / data.length;
})()`);

/** @param {TestPage} page that was opened */
export async function takeMainPath(page) {
  await until(page, 'Boolean(globalThis.headlens && !headlens.scenes.isEmpty())');
  assert.equal(await page.run('headlens.viewer.state().photo'), 'chelsea');
  await change(page);
  await page.run('headlens.viewer.setState({ opacity: 0 })');
  assert.ok(await change(page) > 3, 'there is no heatmap');
  await page.run('headlens.viewer.setState({ opacity: 0.85 })');

  await page.click(await middleOf(page, '[data-sample=coffee]'));
  await until(page, 'headlens.viewer.state().photo === "coffee" && headlens.scenes.shown().photo.name === "coffee"');
  await change(page);

  await page.press('ArrowDown');
  await until(page, 'headlens.viewer.state().layer === 11');
  assert.ok(await change(page) > 1, 'the layer changed nothing');

  const spot = await page.run(`(() => {
    const { x, y, width, height } = headlens.viewer.photoBox();
    const canvas = document.querySelector('#view').getBoundingClientRect();
    return { x: Math.round(canvas.x + x + 0.45 * width), y: Math.round(canvas.y + y + 0.4 * height) };
  })()`);
  await page.click(spot);
  await until(page, 'headlens.viewer.state().query !== null');
  await until(page, 'headlens.scenes.shown().views[0].answer !== null');
  assert.ok(await change(page) > 1, 'the patch changed nothing');
  assert.equal(await page.run('document.querySelector("#message").hidden'), true, 'the page complains');
}
