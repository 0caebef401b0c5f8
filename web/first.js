// A plain script in the page's head, so that what a visit shows first is on its way before the modules are.
//
// Where the address says nothing, that is the first sample as it starts: poster.jpg, the very picture that
// the viewer will draw, and what the viewer draws it of. web/page.js takes the poster away again.
if (location.hash === '') {
  const { src: here } = /** @type {HTMLScriptElement} */ (document.currentScript);
  /**
   * @param {string} path
   * @param {'image' | 'fetch'} as
   */
  const preload = (path, as) => {
    const link = Object.assign(document.createElement('link'), { rel: 'preload', href: new URL(path, here).href });
    link.setAttribute('as', as);
    if (as === 'fetch') link.crossOrigin = '';
    document.head.append(link);
  };
  preload('poster.jpg', 'image');
  preload('samples/chelsea.jpg', 'fetch');
  preload('samples/chelsea.safetensors', 'fetch');
  document.documentElement.classList.add('poster');
}
