// Inter, fetched once for the page and for the panel that the viewer draws.

/** Empty where it is not served: page and panel then use their own. @param {'regular' | 'semibold'} weight */
async function fetchFont(weight) {
  const response = await fetch(new URL(`inter-${weight}.otf`, import.meta.url)).catch(() => null);
  return response?.ok ? new Uint8Array(await response.arrayBuffer()) : new Uint8Array();
}

/** @type {Promise<{regular: Uint8Array<ArrayBuffer>, strong: Uint8Array<ArrayBuffer>}> | null} */
let fonts = null;

export function loadFonts() {
  fonts ??= Promise.all([fetchFont('regular'), fetchFont('semibold')])
    .then(([regular, strong]) => ({ regular, strong }));
  return fonts;
}

/** As the family Inter of style.css. */
export async function usePageFonts() {
  const { regular, strong } = await loadFonts();
  const faces = [
    { bytes: regular, weight: '400' },
    { bytes: strong, weight: '600' },
  ];
  for (const { bytes, weight } of faces) {
    if (bytes.length) document.fonts.add(await new FontFace('Inter', bytes, { weight }).load());
  }
}
