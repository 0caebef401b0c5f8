// Pages of other people, with figures in them.

/** @typedef {import('./server.js').Route} Route */

/**
 * @param {string} body
 * @param {string[]} [scripts] addresses of embed.js
 */
export const article = (body, scripts = ['/embed.js']) => `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>An article</title>
${scripts.map((script) => `<script type="module" src="${script}"></script>`).join('')}</head>
<body style="margin: 1em auto; max-width: 640px; font: 16px/1.5 serif">${body}</body></html>`;

/**
 * Answers with these pages, by their names, under /pages/.
 * @param {Record<string, string>} pages
 * @param {Record<string, string>} [headers]
 * @returns {Route}
 */
export const pagesOf = (pages, headers = {}) => ['/pages/', async (request, response) => {
  const page = pages[(request.url ?? '').split('?')[0].slice(1)];
  response.writeHead(page ? 200 : 404, { 'Content-Type': 'text/html; charset=utf-8', ...headers }).end(page);
}];

/** What a host sends so that pages of other origins may use embed.js and the engine. */
export const forEveryone = { 'Access-Control-Allow-Origin': '*', 'Cross-Origin-Resource-Policy': 'cross-origin' };

/** Runs in the page before its scripts: counts the contexts, keeps what ends one, and has none where noGraphics is set. */
export function watchGraphics() {
  const noted = /** @type {any} */ (window);
  noted.contexts = 0;
  const { getContext } = HTMLCanvasElement.prototype;
  /** @this {HTMLCanvasElement} @param {any[]} args */
  function watched(...args) {
    if (args[0] !== 'webgl2') return Reflect.apply(getContext, this, args);
    if (noted.noGraphics) return null;
    const context = Reflect.apply(getContext, this, args);
    noted.contexts += 1;
    noted.lost = context.getExtension('WEBGL_lose_context');
    return context;
  }
  HTMLCanvasElement.prototype.getContext = /** @type {any} */ (watched);
}
