// Hosts of models that misbehave, each as a folder of the tests' server, and the list of models that
// leads the page to them.
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { gzipSync } from 'node:zlib';
import { officialCheckpoint } from './official.js';
import { randomVit, vitSmall8 } from './random-vit.js';

/**
 * @typedef {import('../../web/known-models.js').KnownModel} KnownModel
 * @typedef {import('node:http').IncomingMessage} Request
 * @typedef {import('node:http').ServerResponse} Answer
 * @typedef {(request: Request, response: Answer, times: number) => any} Host times: how often it was asked
 */

const shape = { patch: 16, width: 128, depth: 3, heads: 2, grid: 14 };

/** @param {Blob} blob */
const bytesOf = async (blob) => Buffer.from(await blob.arrayBuffer());
const file = await bytesOf(randomVit(shape));
const otherFile = await bytesOf(randomVit(shape)); // as long, with other numbers
const large = officialCheckpoint('dino-vits8', 'pth');
export const fileBytes = file.length;
export const haveLarge = large !== null;

/** @param {Buffer} bytes */
const sha256Of = (bytes) => createHash('sha256').update(bytes).digest('hex');
const sha256 = sha256Of(file);

/** @param {string[]} hosts @param {boolean} pinned @param {Partial<KnownModel>} [fields] @returns {KnownModel} */
const model = (hosts, pinned = true, fields = {}) => ({
  name: hosts[0], title: `Model ${hosts[0]}`, about: 'Made of random numbers for a test.',
  patch: shape.patch, width: shape.width, layers: shape.depth, heads: shape.heads, registers: 0,
  licence: 'Apache-2.0', mean: [0.485, 0.456, 0.406], std: [0.229, 0.224, 0.225], filter: 'bilinear', position: 'dino',
  sources: hosts.map((host) => ({ address: `zoo/${host}/model.safetensors`, bytes: file.length, ...(pinned ? { sha256 } : {}) })),
  ...fields,
});

/** @type {KnownModel} */
const bundled = {
  ...model(['dino-vitt8-reg4']), title: 'The bundled model', sources: undefined,
  patch: 8, width: 192, layers: 12, heads: 3, registers: 4,
  packed: { file: 'dino-vitt8-reg4.safetensors', bytes: 6385272, sha256: '' },
};

export const models = [
  bundled,
  model(['good']), model(['other']), model(['held']), model(['cut']), model(['cut-without-ranges']), model(['cut-and-changed'], false),
  model(['cut-gzip'], false), model(['short']), model(['long']), model(['wrong']), model(['gzip'], false),
  model(['gone', 'good']), model(['gone-too', 'down']), model(['login'], false), model(['changing'], false),
  model(['large'], false, {
    title: 'ViT-S/8 of random numbers, with a name that is longer than most of the names that models have',
    ...vitSmall8, layers: 12,
    sources: [{ address: 'zoo/large/dino_deitsmall8_pretrain.pth', bytes: 86_700_000 }],
  }),
];

/** @param {Request} request of "bytes=N-" @returns {number | null} */
function firstByte({ headers: { range } }) {
  const begin = /^bytes=(\d+)-$/.exec(range ?? '')?.[1];
  return begin === undefined ? null : Number(begin);
}

/** With ranges, as storage services answer. @param {Buffer} bytes @param {string} [tag] @returns {Host} */
const give = (bytes, tag = '"1"') => (request, response) => {
  const begin = firstByte(request);
  if (begin === null) return response.writeHead(200, { 'Content-Length': bytes.length, ETag: tag }).end(bytes);
  response.writeHead(206, {
    'Content-Length': bytes.length - begin, 'Content-Range': `bytes ${begin}-${bytes.length - 1}/${bytes.length}`, ETag: tag,
  });
  return response.end(bytes.subarray(begin));
};

/** Half of it, whereupon the connection breaks. @param {Buffer} bytes @param {object} [headers] @returns {Host} */
const cut = (bytes, headers = {}) => (request, response) => {
  response.writeHead(200, { 'Content-Length': bytes.length, ETag: '"1"', ...headers });
  response.write(bytes.subarray(0, bytes.length / 2), () => setTimeout(() => response.destroy(), 50)); // the page reads first
};

/** @param {Host} first @param {Host} later @returns {Host} */
const firstThen = (first, later) => (request, response, times) => (times === 1 ? first : later)(request, response, times);

/** @type {Host} */
const withoutRanges = (request, response) => response.writeHead(200, { 'Content-Length': file.length }).end(file);

/** @type {Host} */
const gzip = (request, response) => {
  const body = gzipSync(file);
  response.writeHead(200, { 'Content-Encoding': 'gzip', 'Content-Length': body.length }).end(body);
};

/** @type {Host} */
const login = (request, response) =>
  response.writeHead(200, { 'Content-Type': 'text/html' }).end('<h1>Log in to this network</h1>');

export function createZoo() {
  /** The Range of each request, by host; '' where it had none. @type {Map<string, string[]>} */
  const asked = new Map();
  let isDown = false;
  let letGo = () => {};
  let held = new Promise((resolve) => { letGo = () => resolve(null); });
  /** Half of it, then nothing until it is let go. @param {Request} request @param {Answer} response */
  const hold = async (request, response) => {
    response.writeHead(200, { 'Content-Length': file.length, ETag: '"1"' });
    response.write(file.subarray(0, file.length / 2));
    await Promise.race([held, once(response, 'close')]);
    response.end(file.subarray(file.length / 2));
  };

  /** @type {Record<string, Host>} */
  const hosts = {
    good: give(file), other: give(file), held: hold,
    cut: firstThen(cut(file), give(file)),
    'cut-without-ranges': firstThen(cut(file), withoutRanges),
    'cut-and-changed': firstThen(cut(file), give(otherFile, '"2"')),
    'cut-gzip': firstThen(cut(gzipSync(file), { 'Content-Encoding': 'gzip' }), give(file)),
    short: give(file.subarray(0, file.length - 8)),
    long: (request, response) => { // no length is promised
      response.write(file);
      response.end('and more');
    },
    wrong: give(otherFile), gzip, login,
    gone: (request, response) => response.writeHead(404).end(),
    'gone-too': (request, response) => response.writeHead(404).end(),
    down: (request, response) => response.destroy(),
    changing: firstThen(give(file), give(otherFile)),
    ...(large ? { large: give(large) } : {}),
  };

  /** @param {Request} request @param {Answer} response */
  async function answer(request, response) {
    const host = request.url?.split('/')[1] ?? '';
    const ranges = asked.get(host) ?? [];
    asked.set(host, [...ranges, request.headers.range ?? '']);
    if (isDown) return response.destroy();
    return hosts[host](request, response, ranges.length + 1);
  }

  /** @type {import('./server.js').Route[]} */
  const routes = [
    ['/weights/models.json', async (request, response) => response.end(JSON.stringify({ models }))],
    ['/zoo/', answer],
  ];
  return {
    routes,
    /** @param {string} host */
    asked: (host) => asked.get(host) ?? [],
    askedInAll: () => [...asked.values()].flat().length,
    /** @param {boolean} down */
    setDown: (down) => { isDown = down; },
    letGo: () => letGo(),
    holdAgain: () => { held = new Promise((resolve) => { letGo = () => resolve(null); }); },
  };
}
