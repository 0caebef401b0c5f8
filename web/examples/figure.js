// A live figure of the article: an element, controls, and numbers in formulas that follow both.
//
//   data-sets="ATTRIBUTE"  an input that sets the element's attribute, and follows its state
//   data-live="NAME"       a place for a number, in the text or in a formula

/**
 * @typedef {import('../embed/baked.js').Results} Results
 * @typedef {import('../embed/state.js').ViewState} ViewState
 * @typedef {HTMLElement & {state: ViewState, results: Results | null}} VitAttention
 * @typedef {{results: Results, state: ViewState, layer: number}} Shown layer: counted from 1
 * @typedef {ReturnType<typeof openFigure>} Figure
 */

/** @param {string} id of the section that it is in */
export function openFigure(id) {
  const root = /** @type {HTMLElement} */ (document.querySelector(`#${id} figure`));
  const element = /** @type {VitAttention} */ (root.querySelector('vit-attention'));
  const sets = /** @type {NodeListOf<HTMLInputElement>} */ (root.querySelectorAll('[data-sets]'));

  for (const input of sets) input.addEventListener('input', () => setAttribute(element, input));
  element?.addEventListener('headlens-state', () => {
    for (const input of sets) follow(input, element.state);
  });

  /** @type {((shown: Shown) => void)[]} */
  const draws = [];
  function show() {
    const { results, state } = element;
    if (results) for (const draw of draws) draw({ results, state, layer: state.layer || results.layers });
  }
  if (element) {
    for (const event of ['headlens-results', 'headlens-state']) element.addEventListener(event, show);
    root.addEventListener('input', show);
  }

  return {
    root, element,

    /** Draws what depends on what is shown. */
    show,

    /** @template {Element} [T=HTMLElement] @param {string} selector @returns {T} */
    find: (selector) => /** @type {T} */ (root.querySelector(selector)),

    /** What a control is set to. @param {string} name */
    number(name) {
      const input = /** @type {HTMLInputElement} */ (root.querySelector(`input[name="${name}"]:checked, input[type="range"][name="${name}"]`));
      return Number(input.value);
    },

    /** Texts for the places of these names. @param {Record<string, string | number>} values */
    say(values) {
      for (const [name, value] of Object.entries(values)) {
        for (const place of root.querySelectorAll(`[data-live="${name}"]`)) {
          if (place.textContent !== String(value)) place.textContent = String(value);
        }
      }
    },

    /** @param {() => void} then */
    onInput: (then) => root.addEventListener('input', then),

    /** Whenever the element, which has results by then, or a control shows something else. @param {(shown: Shown) => void} draw */
    onShown(draw) {
      draws.push(draw);
      show();
    },

    /** The patch under the pointer, while there is one. @param {(row: number, col: number) => void} then */
    onHover: (then) => element.addEventListener('headlens-hover', (event) => {
      const { detail } = /** @type {CustomEvent<{row: number, col: number} | null>} */ (event);
      if (detail) then(detail.row, detail.col);
    }),

    /** A frame around a patch of the element's picture. @param {number} row @param {number} col */
    mark(row, col) {
      const { rows, cols, covered, photo } = /** @type {Results} */ (element.results);
      let over = /** @type {HTMLElement | null} */ (element.nextElementSibling);
      if (!over?.classList.contains('over')) {
        over = document.createElement('div');
        over.className = 'over';
        over.append(document.createElement('div'));
        element.after(over);
      }
      if (photo) over.style.aspectRatio = `${photo.width} / ${photo.height}`;
      const box = /** @type {HTMLElement} */ (over.firstElementChild).style;
      const percent = (/** @type {number} */ share) => `${100 * share}%`;
      box.left = percent(covered.width * col / cols);
      box.top = percent(covered.height * row / rows);
      box.width = percent(covered.width / cols);
      box.height = percent(covered.height / rows);
    },
  };
}

/** @param {HTMLElement} element @param {HTMLInputElement} input */
function setAttribute(element, { dataset: { sets = '' }, value }) {
  if (value) element.setAttribute(sets, value);
  else element.removeAttribute(sets);
}

/** @param {HTMLInputElement} input @param {ViewState} state */
function follow(input, state) {
  const value = String(Reflect.get(state, (input.dataset.sets ?? '').replace('-', '_')) ?? '');
  if (input.type === 'radio') input.checked = input.value === value;
  else input.value = value;
}
