// The file _headers, by which Netlify and Cloudflare Pages set headers: a line with a path, then its headers indented.
// https://developers.cloudflare.com/pages/configuration/headers/

/** Anybody's page may load these, and an isolated one too. */
const open = ['Access-Control-Allow-Origin: *', 'Cross-Origin-Resource-Policy: cross-origin'];
const isolating = ['Cross-Origin-Opener-Policy: same-origin', 'Cross-Origin-Embedder-Policy: require-corp'];
const forEver = 'Cache-Control: public, max-age=31536000, immutable';
const asksAgain = 'Cache-Control: no-cache';

/**
 * No path fits two of them: hosts differ in what they do then.
 * @param {string} assets the folder named by its contents, with a slash
 */
export function headerFile(assets) {
  /** @type {[string, string[]][]} */
  const rules = [
    ['/', [asksAgain, ...isolating]],
    ['/index.html', [asksAgain, ...isolating]],
    ['/sw.js', [asksAgain]],
    ['/manifest.webmanifest', [asksAgain]],
    ['/embed.js', [asksAgain, ...open]],
    ['/embed.html', [asksAgain, ...open]],
    ['/examples/*', [asksAgain, ...open]],
    [`/${assets}*`, [forEver, 'Cross-Origin-Embedder-Policy: require-corp', ...open]],
    ['/weights/*', [forEver, ...open]],
  ];
  return rules.map(([path, headers]) => [path, ...headers.map((header) => `  ${header}`), ''].join('\n')).join('\n');
}

/**
 * @param {string} text of such a file
 * @returns {(path: string) => Record<string, string>} the headers of a path that begins with a slash
 */
export function readHeaders(text) {
  /** @type {{fits: RegExp, headers: Record<string, string>}[]} */
  const rules = [];
  for (const line of text.split('\n')) {
    const [, name, value] = /^\s+([\w-]+):\s*(.*)$/.exec(line) ?? [];
    if (name) rules[rules.length - 1].headers[name] = value;
    else if (line.startsWith('/')) rules.push({ fits: new RegExp(`^${line.trim().replace(/[.+?()]/g, '\\$&').replaceAll('*', '.*')}$`), headers: {} });
  }
  return (path) => Object.assign({}, ...rules.filter(({ fits }) => fits.test(path)).map(({ headers }) => headers));
}
