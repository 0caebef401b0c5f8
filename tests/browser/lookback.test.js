// What the engine says of a photo after its pass, in Chromium: against PyTorch's rollouts, and
// against its own maps.
import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import { startChromium } from './browsers.js';
import { bundledWeights, micro } from './fixtures.js';
import { startServer } from './server.js';

const { url, close } = await startServer();
const browser = await startChromium();
const page = await browser.open(`${url}/tests/browser/engine.html`);
after(async () => {
  await browser.close();
  close();
});

describe('after a pass', () => {
  for (const fixture of micro) {
    test(`the questions are answered: ${fixture.name}`, async () => {
      const found = await page.call('askAfterwards', fixture);
      assert.ok(found.rollout <= 1e-5, `rollout off by ${found.rollout}`);
      assert.deepEqual(found.counts, [true, true, true]);
      assert.ok(found.ownKey <= 1e-5, `a key and itself: off by ${found.ownKey}`);
      assert.deepEqual(found.colours, [0, 1]);
      assert.ok(found.score <= 1e-5, `explained score off by ${found.score}`);
      assert.ok(found.sums <= 1e-5, `rows of softmax off by ${found.sums}`);
    });
  }

  test('a rollout ends when it is cancelled, and when a photo runs', async () => {
    const found = await page.call('endRollouts');
    assert.match(found.first, /^AbortError/);
    assert.deepEqual(found.layers, [0, 1, 2, 3]);
    assert.match(found.overtaken, /^AbortError/);
    assert.equal(found.run, 'done');
    assert.equal(found.after, found.layerCount * 64);
  });

  test('nonsense is refused in a sentence, and the next question works', async () => {
    const { asked, after: length } = await page.call('askNonsense', bundledWeights);
    for (const [what, answer] of Object.entries(asked)) assert.match(answer, /^EngineError: [A-Z].*\.$/, what);
    assert.equal(length, 12 * 64);
  });

  test('480 x 480 pixels of a ViT-S/8 stay under 350 MB', async () => {
    const { memory } = await page.call('timeQuestions', 480);
    assert.ok(memory < 350e6, `${memory} bytes`);
  });
});
