// <vit-attention src="cat.jpg" maps="cat.maps" layer="12">: an article's live figure of what the heads
// of a Vision Transformer look at. Its attributes are the fields of ViewState; see state.js.
import { createFigure } from './figure.js';
import { attributes } from './state.js';

const name = 'vit-attention';

export class VitAttention extends HTMLElement {
  static observedAttributes = attributes;
  static version = VERSION;
  #figure = createFigure(this);

  connectedCallback() {
    if (Object.hasOwn(this, 'state')) { // a script set it before the element was defined
      const { state } = this;
      Reflect.deleteProperty(this, 'state');
      this.state = state;
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

  /** All fields of ViewState. @returns {any} */
  get state() {
    return this.#figure.state();
  }

  /** Some of them; with one that does not fit, nothing changes. */
  set state(partial) {
    this.#figure.setState(partial);
  }

  /** What the network saw; null: nothing yet. */
  get results() {
    return this.#figure.results();
  }

  /** Whether the photo is the reader's. */
  get own() {
    return this.#figure.own();
  }

  /** The results, once they are there; null: something is wrong. */
  get ready() {
    return this.#figure.ready;
  }

  /** Another embed.js stands back. @param {string} other its version */
  standsBack(other) {
    this.#figure.remark(`This page loads embed.js ${VERSION} and ${other}: ${VERSION} draws this, leave one out.`);
  }
}

const there = /** @type {any} */ (customElements.get(name));
if (!there) customElements.define(name, VitAttention);
else if (there.version !== VERSION) document.querySelectorAll(name).forEach((one) => /** @type {any} */ (one).standsBack?.(VERSION));
