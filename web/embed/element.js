// <vit-attention src="cat.jpg" maps="cat.maps" layer="12">: an article's live figure of what the heads
// of a Vision Transformer look at. Its attributes are the fields of ViewState; see state.js.
import { createFigure } from './figure.js';
import { attributes } from './state.js';

const name = 'vit-attention';
const version = VERSION;

class VitAttention extends HTMLElement {
  static observedAttributes = attributes;
  static version = version;
  #figure = createFigure(this);

  connectedCallback() {
    // What a script set before the element was defined.
    for (const own of ['state']) {
      const early = Object.getOwnPropertyDescriptor(this, own);
      if (!early) continue;
      Reflect.deleteProperty(this, own);
      Reflect.set(this, own, early.value);
    }
    this.#figure.connect();
  }

  disconnectedCallback() {
    this.#figure.disconnect();
  }

  /** @param {string} attribute @param {string | null} _before @param {string | null} now */
  attributeChangedCallback(attribute, _before, now) {
    this.#figure.attribute(attribute, now);
  }

  /** All fields of the view, by their JSON names. @returns {import('../viewer.js').ViewState} */
  get state() {
    return this.#figure.state();
  }

  /** Some of them; what does not fit changes nothing. @param {any} partial */
  set state(partial) {
    this.#figure.setState(partial);
  }

  /** What the network saw; null: not yet. */
  get results() {
    return this.#figure.results();
  }

  /** Whether the photo is the reader's. */
  get own() {
    return this.#figure.own();
  }

  /** The results, once they are there; null: something is wrong. */
  get ready() {
    return this.#figure.ready();
  }

  /** Another embed.js stands back. @param {string} other its version */
  anotherVersion(other) {
    this.#figure.remark(`This page loads embed.js in two versions, ${version} and ${other}: ${version} draws this figure. Leave one of them out.`);
  }
}

const there = /** @type {any} */ (customElements.get(name));
if (!there) customElements.define(name, VitAttention);
else if (there.version !== version) {
  for (const figure of document.querySelectorAll(name)) /** @type {any} */ (figure).anotherVersion?.(version);
}
