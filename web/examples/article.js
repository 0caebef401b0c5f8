// The figures of the article, in its order: each starts when it comes near, and is a picture and a formula until then.
import { openFigure } from './figure.js';
import { startKeys } from './keys.js';
import { startLayers } from './layers.js';
import { startMass } from './mass.js';
import { startMixed } from './mixed.js';
import { startPrefix } from './prefix.js';
import { startQuery } from './query.js';
import { startReshape } from './reshape.js';
import { startScale } from './scale.js';
import { startSoftmax } from './softmax.js';
import { startTokens } from './tokens.js';
import { startUpsample } from './upsample.js';

/** By the section that they are in. @type {Record<string, (figure: import('./figure.js').Figure) => unknown>} */
const figures = {
  tokens: startTokens,
  keys: startKeys,
  softmax: startSoftmax,
  prefix: startPrefix,
  reshape: startReshape,
  scale: startScale,
  upsample: startUpsample,
  colours: startMixed,
  mass: startMass,
  query: startQuery,
  layers: startLayers,
};

const near = new IntersectionObserver((entries) => {
  for (const { isIntersecting, target } of entries) {
    if (!isIntersecting) continue;
    near.unobserve(target);
    figures[target.id](openFigure(target.id));
  }
}, { rootMargin: '50%' });

for (const id of Object.keys(figures)) near.observe(/** @type {Element} */ (document.getElementById(id)));
