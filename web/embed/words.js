// What a figure says of its numbers, and the text that stands for its picture.
import { floor, max, round } from './math.js';

/** With the digits that tell scores apart: 0.0312 %, 1.42 %, 26.5 %. @param {number} share */
export const percent = (share) => `${(100 * share).toPrecision(3)} %`;

const places = ['upper left', 'top', 'upper right', 'left', 'centre', 'right', 'lower left', 'bottom', 'lower right'];

/** Which ninth of the photo has the most of a map. @param {Float32Array} map @param {import('./baked.js').Results} grid */
function mostOf(map, { rows, cols }) {
  const masses = places.map(() => 0);
  let sum = 0;
  map.forEach((score, patch) => {
    masses[3 * floor((3 * floor(patch / cols)) / rows) + floor((3 * (patch % cols)) / cols)] += score;
    sum += score;
  });
  const most = max(...masses);
  return `${round((100 * most) / sum)} % at the ${places[masses.indexOf(most)]}`;
}

/** @param {import('./view.js').View} view */
export const alternative = ({ state: { query }, results, layer, heads, map }) =>
  `Attention in ${results.model}, layer ${layer} of ${results.layers}. Where ${query ? `the patch ${query}` : '[CLS]'} looks: ` +
  `${heads.map((head) => `head ${head}, ${mostOf(map(layer, head), results)}`).join('; ') || 'no head is shown'}.`;
