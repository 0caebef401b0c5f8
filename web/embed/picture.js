// The pictures: WebGL 2 with the viewer's own shader. All figures of a page share one context, since a
// browser has about sixteen; each shows a copy of what was drawn on a canvas of its own.
import fragment from '../../shaders/overlay.frag';
import vertex from '../../shaders/overlay.vert';
import { colourOfHead, scaleColour } from './colours.js';

/**
 * @typedef {import('./tiles.js').Tile} Tile
 *
 * @typedef {object} Scene what the tiles have in common
 * @property {ImageBitmap} photo
 * @property {import('./view.js').View} view
 * @property {(layer: number) => Float32Array} weightsOf (heads, rows, cols) of a layer
 *
 * @typedef {NonNullable<ReturnType<typeof createPainter>>} Painter
 */

const units = ['photo', 'weights', 'scale'];
const maxHeads = 64;

/** As the shader counts them; one head alone is a mean of one. */
const modes = { heads: 0, mean: 1, single: 1, max: 2, figure: 3 };

/** @type {Painter | null | undefined} */
let shared;

/** The one painter of the page; null: there is no WebGL 2. */
export const painter = () => (shared === undefined ? (shared = createPainter()) : shared);

function createPainter() {
  const canvas = document.createElement('canvas');
  const context = canvas.getContext('webgl2', { antialias: false, depth: false });
  if (!context) return null;
  const gl = context;
  /** Of photos, weights and, by name, scales. @type {Map<unknown, WebGLTexture | null>} */
  const textures = new Map();
  /** Called when the context, which was lost, is back. @type {Set<() => void>} */
  const redraws = new Set();
  /** @type {(name: string) => WebGLUniformLocation | null} */
  let at;

  function prepare() {
    textures.clear();
    const program = gl.createProgram();
    /** @type {[number, string][]} */ ([[gl.VERTEX_SHADER, vertex], [gl.FRAGMENT_SHADER, fragment]]).forEach(([kind, source]) => {
      const shader = /** @type {WebGLShader} */ (gl.createShader(kind));
      gl.shaderSource(shader, source);
      gl.compileShader(shader);
      gl.attachShader(program, shader);
    });
    gl.linkProgram(program);
    gl.useProgram(program);
    at = (name) => gl.getUniformLocation(program, name);
    units.forEach((name, unit) => gl.uniform1i(at(name), unit));
    gl.enable(gl.SCISSOR_TEST);
  }

  /**
   * Binds the texture of a thing, which is filled the first time.
   * @param {number} unit
   * @param {unknown} thing
   * @param {(target: number) => void} fill
   */
  function bind(unit, thing, fill) {
    const target = unit === 1 ? gl.TEXTURE_2D_ARRAY : gl.TEXTURE_2D;
    gl.activeTexture(gl.TEXTURE0 + unit);
    const known = textures.get(thing);
    if (known) return gl.bindTexture(target, known);
    const texture = gl.createTexture();
    textures.set(thing, texture);
    gl.bindTexture(target, texture);
    gl.texParameteri(target, gl.TEXTURE_WRAP_S, gl.CLAMP_TO_EDGE);
    gl.texParameteri(target, gl.TEXTURE_WRAP_T, gl.CLAMP_TO_EDGE);
    gl.texParameteri(target, gl.TEXTURE_MAG_FILTER, unit === 1 ? gl.NEAREST : gl.LINEAR);
    gl.texParameteri(target, gl.TEXTURE_MIN_FILTER, [gl.LINEAR_MIPMAP_LINEAR, gl.NEAREST, gl.LINEAR][unit]);
    return fill(target);
  }

  /** @param {Tile} tile @param {Scene} scene @param {number} height @param {number} width */
  function drawTile({ place, clip, layer, heads, bare }, { view: { results, state }, weightsOf }, height, width) {
    const palette = new Float32Array(4 * maxHeads);
    if (layer) {
      const weights = weightsOf(layer);
      bind(1, weights, (target) => gl.texImage3D(target, 0, gl.R32F, results.cols, results.rows, results.heads, 0, gl.RED, gl.FLOAT, weights));
      for (const head of heads) palette.set([...colourOfHead(state, head), 1], 4 * head - 4);
    }
    gl.uniform4fv(at('palette'), palette);
    gl.uniform1i(at('end'), layer ? results.heads : 0);
    gl.uniform1i(at('mode'), layer ? (bare ? 1 : modes[state.mode]) : 0);
    gl.uniform1f(at('opacity'), layer ? state.opacity : 0);
    gl.uniform1i(at('bare'), bare ? 1 : 0);
    gl.uniform1i(at('smoothly'), state.interpolation === 'smooth' ? 1 : 0);
    gl.uniform2f(at('covered'), results.covered.width, results.covered.height);
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
    redraws,

    /**
     * Draws the tiles and copies them; false: the context is lost.
     * @param {CanvasRenderingContext2D} target
     * @param {Scene} scene
     * @param {Tile[]} tiles
     */
    paint(target, scene, tiles) {
      if (gl.isContextLost()) return false;
      const { height, width } = target.canvas;
      canvas.height = Math.max(canvas.height, height);
      canvas.width = Math.max(canvas.width, width);
      const { photo, view: { state: { colormap } } } = scene;
      bind(2, colormap, (to) => gl.texImage2D(to, 0, gl.RGBA, 256, 1, 0, gl.RGBA, gl.UNSIGNED_BYTE,
        Uint8Array.from({ length: 1024 }, (_, i) => 255 * (scaleColour((i >> 2) / 255, colormap)[i % 4] ?? 1) + 0.5)));
      bind(0, photo, (to) => {
        gl.texImage2D(to, 0, gl.RGBA, gl.RGBA, gl.UNSIGNED_BYTE, photo); // an ImageBitmap is premultiplied
        gl.generateMipmap(to);
      });
      gl.viewport(0, 0, width, height);
      gl.scissor(0, 0, width, height);
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
