// The outlines of what each head's threshold keeps, as an SVG picture of the photo's size.

/** @typedef {{head: number, colour: string, path: string}} Contour path: SVG path data in photo pixels */

const escapes = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

/** @param {string} text */
const escaped = (text) => text.replace(/[&<>"]/g, (sign) => escapes[/** @type {keyof typeof escapes} */ (sign)]);

/**
 * @param {Contour[]} contours
 * @param {{height: number, width: number}} size
 * @param {string} title
 */
export function svgOf(contours, { height, width }, title) {
  const line = Math.max(1, Math.min(height, width) / 200).toFixed(2);
  const paths = contours.map(({ head, colour, path }) =>
    `  <path id="head${head}" d="${escaped(path)}" fill="${escaped(colour)}" stroke="${escaped(colour)}"><title>Head ${head}</title></path>\n`);
  return new Blob([
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}">\n`,
    `  <title>${escaped(title)}</title>\n`,
    ` <g fill-rule="evenodd" fill-opacity="0.25" stroke-width="${line}" stroke-linejoin="round">\n`,
    ...paths,
    ' </g>\n</svg>\n',
  ], { type: 'image/svg+xml' });
}
