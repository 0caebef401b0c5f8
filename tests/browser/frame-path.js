// What an article and a figure in a frame of another origin say to each other, in any browser.
import assert from 'node:assert/strict';

/** @typedef {Pick<import('./browsers.js').TestPage, 'run'>} TestPage */

const patience = 15_000; // ms

/** Waits for a message of the frame that this is true of, and gives it. @param {TestPage} page @param {string} condition of `message` */
export async function hears(page, condition) {
  for (const last = Date.now() + patience; ;) {
    const found = await page.run(`heard.find((message) => ${condition}) ?? null`);
    if (found) return found;
    if (Date.now() > last) throw new Error(`No message for ${patience / 1000} s: ${condition}, but ${await page.run('JSON.stringify(heard)')}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** Puts a frame into the page, which keeps what it hears. @param {TestPage} page @param {string} address */
export const putFrame = (page, address) => page.run(`(() => {
  window.heard = [];
  addEventListener('message', ({ data, origin }) => heard.push({ origin, ...data, results: data.results && { ...data.results, cls: data.results.cls && [...data.results.cls] } }));
  const frame = Object.assign(document.createElement('iframe'), { src: ${JSON.stringify(address)}, title: 'Figure' });
  frame.style.cssText = 'border: 0; width: 100%; height: 300px';
  (document.querySelector('#place') ?? document.body).append(frame);
})()`);

/** @param {TestPage} page @param {unknown} message @param {string} [to] */
export const tell = (page, message, to = '*') =>
  page.run(`(frames[0].postMessage(${JSON.stringify(message)}, ${JSON.stringify(to)}), null)`);

/**
 * @param {TestPage} page of an origin that the figure may talk to
 * @param {string} host where embed.html lies
 */
export async function takeFramePath(page, host) {
  const origin = await page.run('location.origin');
  await putFrame(page, `${host}/embed.html?src=samples/chelsea.jpg&load=visible&size=96&layer=3&allow=${origin}`);
  assert.equal((await hears(page, 'message.type === "ready"')).origin, host);
  const { results } = await hears(page, 'message.type === "results"');
  assert.deepEqual([results.layers, results.heads, results.rows, results.cols, results.own, Boolean(results.cls)], [12, 3, 12, 18, false, false]);
  const { height } = await hears(page, 'message.type === "size"');
  assert.ok(height > 300, `${height} pixels`);

  await tell(page, { headlens: 1, type: 'set', state: { layer: 5, mode: 'mean' }, id: 'a' }, host);
  const { state } = await hears(page, 'message.id === "a"');
  assert.deepEqual([state.layer, state.mode], [5, 'mean']);
  await tell(page, { headlens: 1, type: 'get-results', id: 7 }, host);
  const whole = await hears(page, 'message.id === 7');
  assert.equal(whole.results.cls.length, 12 * 3 * 12 * 18);
  await tell(page, { headlens: 1, type: 'set', state: { layer: 'five' }, id: 'b' }, host);
  assert.match((await hears(page, 'message.id === "b"')).message, /^layer cannot be five: it takes a whole number\.$/);
}
