// What the page says in words: one message, one progress bar, one line about the engine.

/** @typedef {import('./protocol.js').Progress} Progress */

/** Work shorter than this many ms shows no bar. */
const patience = 200;

/** Ms that a word stays. */
const lasts = 6000;

/** @param {HTMLElement} box */
export function messageBox(box) {
  const text = /** @type {HTMLElement} */ (box.querySelector('p'));
  const hide = () => { box.hidden = true; };
  box.querySelector('button')?.addEventListener('click', hide);
  return {
    /** @param {string} sentence */
    show(sentence) {
      text.textContent = sentence;
      box.hidden = false;
    },
    hide,
  };
}

/** A proposal, which waits until it is taken or dismissed. @param {HTMLElement} box */
export function offerBox(box) {
  const [accept, dismiss] = box.querySelectorAll('button');
  const text = /** @type {HTMLElement} */ (box.querySelector('p'));
  let act = () => {};
  const hide = () => { box.hidden = true; };
  dismiss.addEventListener('click', hide);
  accept.addEventListener('click', () => {
    hide();
    act();
  });
  return {
    /** @param {string} sentence @param {string} label @param {() => void} onAccept */
    show(sentence, label, onAccept) {
      text.textContent = sentence;
      accept.textContent = label;
      act = onAccept;
      box.hidden = false;
    },
    hide,
  };
}

/** Good news, which goes by itself. @param {HTMLElement} line */
export function wordBox(line) {
  return {
    /** @param {string} words */
    show(words) {
      line.textContent = words;
      line.hidden = false;
      setTimeout(() => { line.hidden = true; }, lasts);
    },
  };
}

/** @param {HTMLElement} box with a progress, an output and a button */
export function progressBar(box) {
  const bar = /** @type {HTMLProgressElement} */ (box.querySelector('progress'));
  const text = /** @type {HTMLOutputElement} */ (box.querySelector('output'));
  let cancel = () => {};
  let timer = 0;
  let turn = 0;
  box.querySelector('button')?.addEventListener('click', () => cancel());

  const show = (/** @type {Progress} */ progress, who = '') => {
    text.textContent = `${who}${who && ': '}${progressWords(progress)}`;
    if (progress.total > 1) bar.value = progress.done / progress.total;
    else bar.removeAttribute('value'); // how long it will take is not known
  };
  const stop = () => {
    clearTimeout(timer);
    box.hidden = true;
  };
  return {
    /**
     * @param {() => void} onCancel
     * @returns {() => void} to stop it, unless other work has begun since
     */
    start(onCancel) {
      const mine = ++turn;
      clearTimeout(timer);
      cancel = onCancel;
      show({ stage: 'photo', done: 0, total: 1 });
      timer = window.setTimeout(() => { box.hidden = false; }, patience);
      return () => { if (mine === turn) stop(); };
    },
    show,
    stop,
  };
}

/** @param {HTMLElement} line with a span for what there is room for everywhere, one for the rest, and a mark */
export function statusLine(line) {
  const [words, rest] = line.querySelectorAll('span');
  const mark = /** @type {HTMLElement} */ (line.querySelector('em'));
  let model = { words: '', rest: '', assumed: '' };
  let live = '';
  const show = () => {
    words.textContent = live || model.words;
    rest.textContent = live ? '' : model.rest;
    mark.textContent = live || !model.assumed ? '' : `${model.assumed} assumed`;
  };
  return {
    /** @param {string} says @param {string} [more] @param {string} [assumed] what of it nobody has said */
    model(says, more = '', assumed = '') {
      model = { words: says, rest: more, assumed };
      show();
    },
    /** @param {string} says above all else; '': no more */
    live(says) {
      live = says;
      show();
    },
  };
}

const megabytes = (/** @type {number} */ bytes) => (bytes / 1e6).toFixed(1);

/** @param {Progress} progress */
export function progressWords({ stage, done, total }) {
  switch (stage) {
    case 'engine': return 'Starting the engine';
    case 'download': return `Loading the model, ${megabytes(done)}${total ? ` of ${megabytes(total)}` : ''} MB`;
    case 'model': return 'Preparing the model';
    case 'photo': return 'Reading the photo';
    case 'network': return `Layer ${Math.min(done + 1, total)} of ${total}`;
    case 'similarity': return 'Comparing keys';
    case 'pca': return 'Finding principal components';
    case 'explain': return 'Taking the number apart';
    case 'rollout': return `Rollout, layer ${Math.min(done + 1, total)} of ${total}`;
  }
}
