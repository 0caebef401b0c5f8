// The figures of the article, in its order. Each is a picture and a formula without this.
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

startTokens(openFigure('tokens'));
startKeys(openFigure('keys'));
startSoftmax(openFigure('softmax'));
startPrefix(openFigure('prefix'));
startReshape(openFigure('reshape'));
startScale(openFigure('scale'));
startUpsample(openFigure('upsample'));
startMixed(openFigure('colours'));
startMass(openFigure('mass'));
startQuery(openFigure('query'));
startLayers(openFigure('layers'));
