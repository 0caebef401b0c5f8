// The worker protocol and the choice of a build, without a browser.
import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, test } from 'node:test';
import { buildsToTry, probe } from '../../web/probe.js';
import { breathe, connect, engineError, serve } from '../../web/protocol.js';

describe('the worker protocol', () => {
  /** @type {MessageChannel} */
  let channel;
  beforeEach(() => { channel = new MessageChannel(); });
  afterEach(() => channel.port1.close());

  /** @type {Record<string, import('../../web/protocol.js').Handler>} */
  const handlers = {
    async add({ a, b }) { return { value: a + b }; },
    async fail({ message, choices }) { throw engineError(message, choices); },
    async count({ to }, { signal, onProgress }) {
      for (let done = 0; done < to; ++done) {
        onProgress({ stage: 'network', done, total: to });
        await breathe();
        signal.throwIfAborted();
      }
      return { value: to };
    },
  };

  const pair = () => {
    serve(channel.port2, handlers, { count: ['count'] });
    return connect(channel.port1);
  };

  test('answers each request with its own value', async () => {
    const { call } = pair();
    assert.deepEqual(await Promise.all([call('add', { a: 1, b: 2 }), call('add', { a: 3, b: 4 })]), [3, 7]);
  });

  test('carries errors over with their names', async () => {
    const { call } = pair();
    await assert.rejects(call('fail', { message: 'It broke.' }), { name: 'EngineError', message: 'It broke.' });
    await assert.rejects(call('nothing', {}), { name: 'TypeError' });
  });

  test('carries over what the caller must choose from', async () => {
    const { call } = pair();
    const choices = { network: ['model', 'model_ema'] };
    await assert.rejects(call('fail', { message: 'Which?', choices }), { message: 'Which?', choices });
    await assert.rejects(call('fail', { message: 'No.' }), (error) => !('choices' in Object(error)));
  });

  test('tells progress until the end', async () => {
    /** @type {number[]} */
    const seen = [];
    await pair().call('count', { to: 3 }, { onProgress: ({ done }) => seen.push(done) });
    assert.deepEqual(seen, [0, 1, 2]);
  });

  test('cancels at once, and the worker stops', async () => {
    const { call } = pair();
    const controller = new AbortController();
    /** @type {number[]} */
    const seen = [];
    const counting = call('count', { to: 1000 }, {
      signal: controller.signal,
      onProgress: ({ done }) => {
        seen.push(done);
        if (done === 2) controller.abort();
      },
    });
    await assert.rejects(counting, { name: 'AbortError' });
    assert.equal(await call('add', { a: 1, b: 1 }), 2); // its turn has come
    assert.deepEqual(seen, [0, 1, 2]);
  });

  test('lets a newer request take the place of older ones, also of those that wait', async () => {
    const { call } = pair();
    const older = [call('count', { to: 1000 }), call('count', { to: 1e6 })];
    const newest = call('count', { to: 2 });
    for (const promise of older) await assert.rejects(promise, { name: 'AbortError' });
    assert.equal(await newest, 2);
  });

  test('rejects what is under way, and what comes later, once it is closed', async () => {
    const { call, close } = pair();
    const counting = call('count', { to: 1000 });
    close(new Error('The end.'));
    await assert.rejects(counting, { message: 'The end.' });
    await assert.rejects(call('add', { a: 1, b: 1 }), { message: 'The end.' });
  });

  test('knows whether the other side answers', async () => {
    const { answers } = connect(channel.port1);
    assert.equal(await answers(20), false);
    serve(channel.port2, handlers, {});
    assert.equal(await answers(200), true);
  });
});

describe('the choice of a build', () => {
  const { validate } = WebAssembly;
  afterEach(() => { WebAssembly.validate = validate; });

  test('sees SIMD where there is some', () => assert.ok(probe().simd));

  test('says in words that a browser is too old', () => {
    WebAssembly.validate = () => false;
    assert.throws(() => buildsToTry(2), /has no WebAssembly SIMD. Use Chrome 91, Firefox 89 or Safari 16.4, or newer\.$/);
  });

  test('takes relaxed SIMD where there is some, and one thread where memory cannot be shared', () => {
    WebAssembly.validate = () => true;
    assert.deepEqual(buildsToTry(4), ['relaxed-single']); // node's pages are not isolated
  });
});
