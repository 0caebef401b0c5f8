#!/usr/bin/env node
// Serves the built page, compressed, with the headers that threads in WebAssembly need.
//
//   node scripts/serve.mjs [--root build/web] [--base /] [--port 8000] [--host 127.0.0.1] [--no-isolation]
//
// What scripts/dist wrote (--root dist) is served as Netlify and Cloudflare Pages would: compressed as it is there, with
// the headers of its file _headers, below any --base; with --no-isolation as GitHub Pages, which knows no such file.
import { createReadStream } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { createServer } from 'node:http';
import { extname, join, normalize, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs, promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';
import { readHeaders } from './headers.mjs';

/** @type {Record<string, string>} */
const types = {
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.jpg': 'image/jpeg',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json',
  '.md': 'text/markdown; charset=utf-8',
  '.png': 'image/png',
  '.svg': 'image/svg+xml',
  '.wasm': 'application/wasm',
  '.webmanifest': 'application/manifest+json',
};

/** What becomes smaller: photos are compressed already, and weights are as good as noise. */
const compressible = ['.css', '.html', '.js', '.json', '.md', '.otf', '.svg', '.wasm', '.webmanifest'];

/** Its name says that it is, or it is a text without an ending. @param {string} path */
export const isCompressible = (path) => compressible.includes(extname(path)) || /(^|\/)[A-Z]+$/.test(path);

/** Best first; fast settings, for the first visitor waits. @type {[string, (bytes: Buffer) => Promise<Buffer>, string][]} */
const encodings = [
  ['br', (bytes) => promisify(brotliCompress)(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 5 } }), '.br'],
  ['gzip', (bytes) => promisify(gzip)(bytes), '.gz'],
];

/** SharedArrayBuffer, and with it threads, exists only in pages that isolate themselves. */
const isolation = {
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Embedder-Policy': 'require-corp',
  'Cross-Origin-Resource-Policy': 'same-origin',
};

/**
 * The file that an address names, or null.
 * @param {string} root
 * @param {string} address
 */
async function find(root, address) {
  let path;
  try {
    path = normalize(decodeURIComponent(new URL(address, 'http://localhost').pathname));
  } catch {
    return null; // not an address
  }
  if (path.includes('\0')) return null;
  const file = join(root, path.endsWith('/') ? `${path}index.html` : path);
  const found = await stat(file).catch(() => null);
  return found?.isFile() ? { file, size: found.size, modified: found.mtimeMs } : null;
}

/**
 * The encoding to send it in; null: as it is.
 * @param {string} file
 * @param {string | string[] | undefined} accepted the request's Accept-Encoding
 */
function chooseEncoding(file, accepted) {
  if (!isCompressible(file)) return null;
  const names = String(accepted ?? '').split(',').filter((one) => !/;\s*q=0(\.0*)?\s*$/.test(one))
    .map((one) => one.split(';')[0].trim());
  return encodings.find(([name]) => names.includes(name)) ?? null;
}

/** Compresses each version of a file once, unless that is done and lies beside it. */
function compressor() {
  /** @type {Map<string, {tag: string, bytes: Promise<Buffer>}>} */
  const known = new Map();
  /**
   * @param {(typeof encodings)[0]} encoding
   * @param {string} file
   * @param {string} tag of its version
   */
  return ([name, compress, ending], file, tag) => {
    const key = `${name} ${file}`;
    let entry = known.get(key);
    if (entry?.tag !== tag) {
      entry = { tag, bytes: readFile(file + ending).catch(() => readFile(file).then(compress)) };
      known.set(key, entry);
    }
    return entry.bytes;
  };
}

/**
 * @typedef {(request: import('node:http').IncomingMessage,
 *            response: import('node:http').ServerResponse) => Promise<unknown>} RequestHandler
 * @param {string} root the folder to serve
 * @param {{isolated?: boolean}} [options]
 * @returns {RequestHandler}
 */
export function serveFolder(root, { isolated = true } = {}) {
  const compressed = compressor();
  const plain = () => (isolated ? isolation : {});
  const headersOf = isolated ? readFile(join(root, '_headers'), 'utf8').then(readHeaders, () => plain) : plain;
  return async (request, response) => {
    const found = await find(root, request.url ?? '/');
    if (!found) return response.writeHead(404).end('There is no such file.\n');
    const encoding = chooseEncoding(found.file, request.headers['accept-encoding']);
    const version = `${found.size}-${found.modified}`;
    const tag = `"${version}${encoding ? `-${encoding[0]}` : ''}"`;
    const special = (await headersOf)(new URL(request.url ?? '/', 'http://localhost').pathname);
    const headers = { 'Cache-Control': 'no-cache', Vary: 'Accept-Encoding', ETag: tag, ...special };
    if (request.headers['if-none-match'] === tag) return response.writeHead(304, headers).end();
    const bytes = encoding && await compressed(encoding, found.file, version).catch(() => null);
    response.writeHead(200, {
      ...headers,
      ...(bytes ? { 'Content-Encoding': encoding[0] } : {}),
      'Content-Type': types[extname(found.file)] ?? 'application/octet-stream',
      'Content-Length': bytes ? bytes.length : found.size,
    });
    if (request.method === 'HEAD') return response.end();
    if (bytes) return response.end(bytes);
    createReadStream(found.file).on('error', () => response.destroy()).pipe(response);
  };
}

/**
 * Listens on this port, or on the next that is free.
 * @param {import('node:http').Server} server
 * @param {number} port 0: any
 * @param {string} host
 * @returns {Promise<number>} the port
 */
export function listen(server, port, host = '127.0.0.1') {
  return new Promise((done, fail) => {
    const tryPort = (/** @type {number} */ candidate) => {
      server.once('error', (/** @type {NodeJS.ErrnoException} */ error) => {
        if (error.code === 'EADDRINUSE' && candidate < port + 100) tryPort(candidate + 1);
        else fail(error);
      });
      server.listen(candidate, host);
    };
    server.once('listening', () => {
      server.removeAllListeners('error');
      done(/** @type {import('node:net').AddressInfo} */ (server.address()).port);
    });
    tryPort(port);
  });
}

async function main() {
  const { values } = parseArgs({
    options: {
      root: { type: 'string', default: 'build/web' },
      base: { type: 'string', default: '/' }, // with slashes at both ends
      port: { type: 'string', default: '8000' },
      host: { type: 'string', default: '127.0.0.1' }, // 0.0.0.0 to be reached from other machines
      'no-isolation': { type: 'boolean', default: false },
    },
  });
  const isolated = !values['no-isolation'];
  const serve = serveFolder(resolve(values.root), { isolated });
  const server = createServer((request, response) => {
    if (!request.url?.startsWith(values.base)) return response.writeHead(404).end(`All that is here is below ${values.base}\n`);
    request.url = request.url.slice(values.base.length - 1);
    serve(request, response);
  });
  const port = await listen(server, Number(values.port), values.host);
  console.log(`headlens is at http://localhost:${port}${values.base} (Ctrl-C ends it)`);
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) await main();
