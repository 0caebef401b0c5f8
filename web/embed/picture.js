// The pictures: WebGL 2 with the viewer's own shader. All figures of a page share one context, since a
// browser has about sixteen; each shows a copy of what was drawn on a canvas of its own.
import fragment from '../../shaders/overlay.frag';
import vertex from '../../shaders/overlay.vert';
import { scaleColour } from './colours.js';

/**
 * @typedef {{x: number, y: number, width: number, height: number}} Box
 *
 * @typedef {object} Tile a picture of the photo and what is drawn over it, in device pixels
 * @property {Box} place of all of the photo
 * @property {Box} clip the part of it that shows
 * @property {Float32Array | null} weights (heads, rows, cols); null: the photo alone
 * @property {number[]} drawn heads, counted from 0
 * @property {number} mode as in overlay.frag
 * @property {boolean} [bare] the colours of the scale alone
 *
 * @typedef {object} Scene what the tiles have in common
 * @property {ImageBitmap} photo
 * @property {{rows: number, cols: number, covered: {width: number, height: number}}} grid
 * @property {(head: number) => import('./colours.js').Colour} colourOf
 * @property {string} colormap
 * @property {number} opacity
 * @property {boolean} smooth
 */

const units = { photo: 0, weights: 1, scale: 2 };
const maxHeads = 64;

/** @typedef {NonNullable<ReturnType<typeof createPainter>>} Painter */

/** @type {Painter | null | undefined} */
let shared;

/** Calls of those who draw again after the context was lost. @type {Set<() => void>} */
const redraws = new Set();

/** The one painter of the page; null: there is no WebGL 2. */
export const sharedPainter = () => (shared === undefined ? (shared = createPainter()) : shared);

/** @param {() => void} redraw when the context is back @returns {() => void} ends it */
export function onContextBack(redraw) {
  redraws.add(redraw);
  return () => void redraws.delete(redraw);
}

function createPainter() {
  const canvas = document.createElement('canvas');
  const context = canvas.getContext('webgl2', { antialias: false, depth: false });
  if (!context) return null;
  const gl = context;
  /** Of photos, weights and, by name, scales. @type {Map<unknown, WebGLTexture>} */
  const textures = new Map();
  /** @type {(name: string) => WebGLUniformLocation | null} */
  let at = () => null;

  function prepare() {
    textures.clear();
    const program = link(gl);
    gl.useProgram(program);
    at = (name) => gl.getUniformLocation(program, name);
    for (const [name, unit] of Object.entries(units)) gl.uniform1i(at(name), unit);
    gl.enable(gl.SCISSOR_TEST);
  }

  /**
   * Binds the texture of a thing, which is filled the first time.
   * @param {keyof typeof units} unit
   * @param {unknown} thing
   * @param {number} filter
   * @param {(target: number) => void} fill
   */
  function bind(unit, thing, filter, fill) {
    const target = unit === 'weights' ? gl.TEXTURE_2D_ARRAY : gl.TEXTURE_2D;
    gl.activeTexture(gl.TEXTURE0 + units[unit]);
    const known = textures.get(thing);
    if (known) return gl.bindTexture(target, known);
    const texture = gl.createTexture();
    if (!texture) return undefined;
    textures.set(thing, texture);
    gl.bindTexture(target, texture);
    gl.texParameteri(target, gl.TEXTURE_MIN_FILTER, filter);
    gl.texParameteri(target, gl.TEXTURE_MAG_FILTER, unit === 'weights' ? gl.NEAREST : gl.LINEAR);
    gl.texParameteri(target, gl.TEXTURE_WRAP_S, gl.CLAMP_TO_EDGE);
    gl.texParameteri(target, gl.TEXTURE_WRAP_T, gl.CLAMP_TO_EDGE);
    return fill(target);
  }

  /** @param {ImageBitmap} photo */
  const bindPhoto = (photo) => bind('photo', photo, gl.LINEAR_MIPMAP_LINEAR, (target) => {
    gl.pixelStorei(gl.UNPACK_PREMULTIPLY_ALPHA_WEBGL, true);
    gl.texImage2D(target, 0, gl.RGBA, gl.RGBA, gl.UNSIGNED_BYTE, photo);
    gl.pixelStorei(gl.UNPACK_PREMULTIPLY_ALPHA_WEBGL, false);
    gl.generateMipmap(target);
  });

  /** @param {string} colormap */
  const bindScale = (colormap) => bind('scale', colormap, gl.LINEAR, (target) => {
    const texels = Uint8Array.from({ length: 1024 }, (_, i) =>
      255 * (scaleColour((i >> 2) / 255, colormap)[i & 3] ?? 1) + 0.5);
    gl.texImage2D(target, 0, gl.RGBA8, 256, 1, 0, gl.RGBA, gl.UNSIGNED_BYTE, texels);
  });

  /** @param {Float32Array} weights @param {Scene['grid']} grid */
  const bindWeights = (weights, { rows, cols }) => bind('weights', weights, gl.NEAREST, (target) =>
    gl.texImage3D(target, 0, gl.R32F, cols, rows, weights.length / (rows * cols), 0, gl.RED, gl.FLOAT, weights));

  /** @param {Tile} tile @param {Scene} scene @param {number} height @param {number} width */
  function drawTile({ place, clip, weights, drawn, mode, bare }, { grid, colourOf, opacity, smooth }, height, width) {
    if (clip.width <= 0 || clip.height <= 0) return;
    if (weights) bindWeights(weights, grid);
    const palette = new Float32Array(4 * maxHeads);
    for (const head of weights ? drawn : []) palette.set([...colourOf(head), 1], 4 * head);
    gl.uniform4fv(at('palette'), palette);
    gl.uniform1i(at('first'), 0);
    gl.uniform1i(at('end'), weights ? Math.max(0, ...drawn.map((head) => head + 1)) : 0);
    gl.uniform1i(at('mode'), weights ? mode : 0);
    gl.uniform1f(at('opacity'), weights ? opacity : 0);
    gl.uniform1i(at('bare'), Number(Boolean(bare)));
    gl.uniform1i(at('smoothly'), Number(smooth));
    gl.uniform2f(at('covered'), grid.covered.width, grid.covered.height);
    gl.uniform4f(at('place'), (2 * place.x) / width - 1, 1 - (2 * place.y) / height,
      (2 * (place.x + place.width)) / width - 1, 1 - (2 * (place.y + place.height)) / height);
    gl.scissor(clip.x, height - clip.y - clip.height, clip.width, clip.height);
    gl.drawArrays(gl.TRIANGLE_STRIP, 0, 4);
  }

  canvas.addEventListener('webglcontextlost', (event) => event.preventDefault());
  canvas.addEventListener('webglcontextrestored', () => {
    prepare();
    for (const redraw of redraws) redraw();
  });
  prepare();

  return {
    /**
     * Draws the tiles and copies them; false: the context is lost.
     * @param {CanvasRenderingContext2D} target
     * @param {Scene} scene
     * @param {Tile[]} tiles
     */
    paint(target, scene, tiles) {
      if (gl.isContextLost()) return false;
      const { height, width } = target.canvas;
      if (canvas.height < height) canvas.height = height;
      if (canvas.width < width) canvas.width = width;
      bindScale(scene.colormap);
      bindPhoto(scene.photo);
      gl.viewport(0, 0, width, height);
      gl.scissor(0, 0, width, height);
      gl.clearColor(0, 0, 0, 0);
      gl.clear(gl.COLOR_BUFFER_BIT);
      for (const tile of tiles) drawTile(tile, scene, height, width);
      target.clearRect(0, 0, width, height);
      target.drawImage(canvas, 0, canvas.height - height, width, height, 0, 0, width, height);
      return true;
    },

    /** Frees what was kept of a photo or of weights. @param {unknown} thing */
    forget(thing) {
      gl.deleteTexture(textures.get(thing) ?? null);
      textures.delete(thing);
    },
  };
}

/** @param {WebGL2RenderingContext} gl */
function link(gl) {
  const program = /** @type {WebGLProgram} */ (gl.createProgram());
  for (const [kind, source] of /** @type {const} */ ([[gl.VERTEX_SHADER, vertex], [gl.FRAGMENT_SHADER, fragment]])) {
    const shader = /** @type {WebGLShader} */ (gl.createShader(kind));
    gl.shaderSource(shader, source);
    gl.compileShader(shader);
    gl.attachShader(program, shader);
  }
  gl.linkProgram(program);
  return program;
}
