// The figure in a frame of another page, and what the two say to each other.
//
//   <iframe src="https://host/headlens/embed.html?src=cat.jpg&maps=cat.maps&layer=12&allow=https://blog.example"
//     title="Where the heads look" loading="lazy" style="border: 0; width: 100%; aspect-ratio: 4 / 3"></iframe>
//
// A parameter of the address is an attribute of <vit-attention> (state.js), with paths as seen from embed.html, or
//   allow   an origin that may talk to the figure, written out: https://blog.example. Any number of times. A
//           wildcard is refused: any page could then read what the reader does here
//   poster  the picture for browsers that cannot draw; src unless given
//   scheme  light or dark, as the page around it is; else as that page says, or the reader's device
//
// Messages are {headlens: 1, type, ...}: 1 is the version of this schema. What has no `headlens` is not for the
// figure. Whatever else is wrong with a message is said in the figure once, and to the sender if its origin is
// allowed. Everything is checked as attributes are; nothing is run; `id` comes back with the answer.
//
//   to the frame      {type: 'set', state, id?}     some fields of ViewState, by their JSON names
//                     {type: 'get', id?}            asks for the state
//                     {type: 'get-results', id?}    asks for the maps
//   from the frame    {type: 'ready', versions: [1]}   it listens now
//                     {type: 'state', state, id?}   after each change, and the answer to set and get
//                     {type: 'results', results, id?}   Summary when there are new ones; the answer to
//                                                   get-results is Summary & Arrays, or null: not there yet
//                     {type: 'size', width, height} CSS pixels that it would like, for the page to set
//                     {type: 'error', message, id?} one sentence
//
// The reader's own photo stays with the reader: of its maps the page around it gets the Summary alone.
import { attributes, read } from './state.js';

/**
 * @typedef {object} Summary
 * @property {string} model
 * @property {string} precision
 * @property {number} layers
 * @property {number} heads
 * @property {number} rows of the patch grid
 * @property {number} cols
 * @property {number} registers
 * @property {{width: number, height: number}} covered shares of the photo under patches
 * @property {[number, number][]} queries patches that were asked
 * @property {boolean} own the photo is the reader's
 *
 * @typedef {object} Arrays
 * @property {Float32Array} cls (layers, heads, rows, cols)
 * @property {Float32Array} prefix (layers, heads)
 * @property {Float32Array[]} query_maps (layers, heads, rows, cols) for each of queries
 *
 * @typedef {HTMLElement & {state: object, results: import('./baked.js').Results | null, own: boolean}} Figure
 */

const version = 1;
const least = 160; // CSS pixels that the figure is wide where its frame is too low for it

const figure = /** @type {Figure} */ (document.querySelector('vit-attention'));
const notes = /** @type {HTMLElement} */ (document.querySelector('#notes'));
const parameters = new URLSearchParams(location.search);
const { allowed, refused } = readAllowed(parameters.getAll('allow'));

/** Says something that is wrong with the address or the messages, once. @param {string} words */
function note(words) {
  if ([...notes.children].some(({ textContent }) => textContent === words)) return;
  if (notes.childElementCount < 4) notes.append(Object.assign(document.createElement('p'), { textContent: words }));
}

/** @param {string[]} words */
function readAllowed(words) {
  const isOrigin = (/** @type {string} */ one) => URL.canParse(one) && new URL(one).origin === one.toLowerCase().replace(/\/$/, '');
  return {
    allowed: new Set([self.origin, ...words.filter(isOrigin).map((one) => new URL(one).origin)].filter((one) => one !== 'null')),
    refused: words.filter((one) => !isOrigin(one)),
  };
}

function readAddress() {
  for (const one of refused) note(`allow=${shortened(one)} is no origin: write one out, as https://blog.example.`);
  for (const [name, words] of parameters) {
    if (['allow', 'poster', 'scheme'].includes(name)) continue;
    if (attributes.includes(name)) figure.setAttribute(name, words);
    else note(`The address has a parameter ${shortened(name)}, which is no attribute of a figure.`);
  }
  const scheme = parameters.get('scheme');
  if (scheme === 'light' || scheme === 'dark') document.documentElement.style.colorScheme = scheme;
  else if (scheme !== null) note(`scheme=${shortened(scheme)} does not fit: it takes light or dark.`);
  const poster = parameters.get('poster') ?? parameters.get('src');
  const alt = parameters.get('alt') ?? '';
  if (poster) figure.append(Object.assign(document.createElement('img'), { alt, src: poster }));
  if (alt) document.title = alt;
}

const shortened = (/** @type {string} */ words) => (words.length > 60 ? `${words.slice(0, 59)}\u2026` : words);

/** Those that the page around may have: one where the browser says which it is. */
function listeners() {
  const [around] = location.ancestorOrigins ?? [];
  return around ? [...allowed].filter((one) => one === around) : [...allowed];
}

/** @param {string} type @param {object} content */
function tell(type, content) {
  if (parent === window) return;
  for (const origin of listeners()) parent.postMessage({ headlens: version, type, ...content }, origin);
}

/** @param {boolean} whole with the arrays */
function resultsNow(whole) {
  const { results, own } = figure;
  if (!results) return null;
  const { model, precision, layers, heads, rows, cols, registers, covered, queries, cls, prefix } = results;
  const summary = {
    model, precision, layers, heads, rows, cols, registers, covered, own, queries: [...queries.keys()].map((key) => key.split(',').map(Number)),
  };
  return whole ? { ...summary, cls, prefix, query_maps: [...queries.values()] } : summary;
}

/** What a message asks for, as [type, content]; throws a sentence. @type {Record<string, (message: any) => [string, object]>} */
const answers = {
  set({ state }) {
    if (Object.prototype.toString.call(state) !== '[object Object]') throw new Error('A message of type set has a state: an object with fields of the view.');
    for (const [name, value] of Object.entries(state)) {
      if (name in Object.prototype) throw new Error(`The state has no ${name}.`);
      read(name, value);
    }
    figure.state = state;
    return ['state', { state: figure.state }];
  },
  get: () => ['state', { state: figure.state }],
  'get-results'() {
    if (figure.own) throw new Error("The photo is the reader's own: its maps stay here.");
    return ['results', { results: resultsNow(true) }];
  },
};

/** A message of an allowed origin; throws a sentence. @param {any} message @returns {[string, object]} */
function answer(message) {
  if (message.headlens !== version) {
    throw new Error(`The message is of version ${shortened(String(message.headlens))} of the schema, and this figure speaks version ${version}.`);
  }
  if (typeof message.type !== 'string' || !Object.hasOwn(answers, message.type)) {
    throw new Error(`There is no message of type ${shortened(String(message.type))}: it is ${Object.keys(answers).join(', ')}.`);
  }
  return answers[message.type](message);
}

/** @param {MessageEvent} event */
function hear({ data, origin, source }) {
  if (!(data instanceof Object) || !Object.hasOwn(data, 'headlens')) return;
  if (!allowed.has(origin)) {
    if (source === parent && source !== window) {
      note(`A message from ${shortened(origin)} was ignored: whoever may talk to this figure is named in its address, as allow=${shortened(origin)}.`);
    }
    return;
  }
  const id = ['string', 'number'].includes(typeof data.id) ? { id: data.id } : {};
  const reply = (/** @type {string} */ type, /** @type {object} */ content) =>
    source?.postMessage({ headlens: version, type, ...content, ...id }, { targetOrigin: origin });
  try {
    reply(...answer(data));
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    note(message);
    reply('error', { message });
  }
}

/** What the page around was told. */
let size = '';

/**
 * Where the frame is lower than the figure would be, the figure is narrower: nothing scrolls in here, so that the
 * wheel and the finger scroll the page around.
 */
function fit() {
  const picture = figure.shadowRoot?.querySelector('.stage')?.getBoundingClientRect();
  if (!picture?.width || !picture.height) return;
  const { clientWidth, clientHeight } = document.documentElement;
  const slope = picture.height / picture.width;
  const rest = document.body.offsetHeight - picture.height;
  const width = Math.floor(Math.max(least, Math.min(clientWidth, (clientHeight - rest) / slope)));
  if (Math.abs(width - picture.width) > 1) figure.style.width = width < clientWidth ? `${width}px` : '';
  document.documentElement.style.overflow = slope * width + rest > clientHeight + 1 ? '' : 'hidden';
  const wished = { width: clientWidth, height: Math.ceil(slope * clientWidth + rest) };
  if (JSON.stringify(wished) === size) return;
  size = JSON.stringify(wished);
  tell('size', wished);
}

const sheet = new CSSStyleSheet();
sheet.replaceSync(`
  body { margin: 0; font: 16px/1.5 system-ui, sans-serif; background: none; }
  vit-attention { margin: 0 auto; }
  #notes p { margin: .5em 0 0; font-size: .8125em; line-height: 1.45; overflow-wrap: anywhere; }
`);
document.adoptedStyleSheets = [sheet];
readAddress();
await customElements.whenDefined('vit-attention');
addEventListener('message', hear);
figure.addEventListener('headlens-state', (event) => tell('state', { state: /** @type {CustomEvent} */ (event).detail }));
figure.addEventListener('headlens-results', () => tell('results', { results: resultsNow(false) }));
figure.addEventListener('headlens-error', (event) => tell('error', { message: /** @type {CustomEvent} */ (event).detail.message }));
new ResizeObserver(fit).observe(document.body);
addEventListener('resize', fit);
tell('ready', { versions: [version] });
