// Elements of the page, made in one expression.

/**
 * @template {keyof HTMLElementTagNameMap} Tag
 * @param {Tag} tag
 * @param {Partial<HTMLElementTagNameMap[Tag]>} properties
 * @param {(Node | string)[]} children
 * @returns {HTMLElementTagNameMap[Tag]}
 */
export function element(tag, properties = {}, ...children) {
  const made = Object.assign(document.createElement(tag), properties);
  made.append(...children);
  return made;
}

/**
 * @param {string} words
 * @param {() => void} onClick
 * @param {Partial<HTMLButtonElement>} [properties]
 */
export function button(words, onClick, properties = {}) {
  const made = element('button', { type: 'button', ...properties }, words);
  made.addEventListener('click', onClick);
  return made;
}
