// The pictures: WebGL 2 with the viewer's own shader. All figures of a page share one context, since a
// browser has about sixteen, and its three textures; each figure has a copy of what was drawn.
import fragment from '../../shaders/overlay.frag';
import vertex from '../../shaders/overlay.vert';
import { colourOfHead, scaleColour } from './colours.js';
import { max } from './math.js';

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

const maxHeads = 64;

/** As the shader counts them; one head alone is a mean of one. */
const modes = { heads: 0, mean: 1, single: 1, max: 2, figure: 3 };

/** @type {Painter | null | undefined} */
let shared;

/** The one painter of the page; null: there is no WebGL 2. */
export const painter = () => (shared === undefined ? (shared = createPainter()) : shared);

function createPainter() {
  const canvas = document.createElement('canvas');
  const gl = /** @type {WebGL2RenderingContext} */ (canvas.getContext('webgl2', { antialias: false, depth: false }));
  if (!gl) return null;
  const { TEXTURE_2D: flat, TEXTURE_2D_ARRAY: layered, RGBA: rgba, UNSIGNED_BYTE: bytes, LINEAR: linear, NEAREST: nearest } = gl;
  /** Whose texture there is. @type {ImageBitmap | undefined} */
  let photo;
  /** @type {(name: string) => WebGLUniformLocation | null} */
  let at;

  function prepare() {
    photo = undefined;
    const program = gl.createProgram();
    for (const source of [vertex, fragment]) {
      const shader = /** @type {WebGLShader} */ (gl.createShader(source === vertex ? gl.VERTEX_SHADER : gl.FRAGMENT_SHADER));
      gl.shaderSource(shader, source);
      gl.compileShader(shader);
      gl.attachShader(program, shader);
    }
    gl.linkProgram(program);
    gl.useProgram(program);
    at = (name) => gl.getUniformLocation(program, name);
    /** @type {[string, number, number][]} */ ([['scale', flat, linear], ['weights', layered, nearest], ['photo', flat, gl.LINEAR_MIPMAP_LINEAR]]).forEach(([name, target, filter], unit) => {
      gl.uniform1i(at(name), unit);
      gl.activeTexture(gl.TEXTURE0 + unit);
      gl.bindTexture(target, gl.createTexture());
      const set = (/** @type {number} */ name, /** @type {number} */ value) => gl.texParameteri(target, name, value);
      set(gl.TEXTURE_MIN_FILTER, filter);
      set(gl.TEXTURE_MAG_FILTER, unit === 1 ? nearest : linear);
      set(gl.TEXTURE_WRAP_S, gl.CLAMP_TO_EDGE);
      set(gl.TEXTURE_WRAP_T, gl.CLAMP_TO_EDGE);
    });
    gl.enable(gl.SCISSOR_TEST);
  }

  /** @param {string} colormap */
  function loadScale(colormap) {
    const texels = Uint8Array.from({ length: 1024 }, (_, i) => 255 * (scaleColour((i >> 2) / 255, colormap)[i % 4] ?? 1) + 0.5);
    gl.activeTexture(gl.TEXTURE0);
    gl.texImage2D(flat, 0, rgba, 256, 1, 0, rgba, bytes, texels);
  }

  /** @param {ImageBitmap} next */
  function loadPhoto(next) {
    gl.activeTexture(gl.TEXTURE2);
    if (next !== photo) {
      gl.texImage2D(flat, 0, rgba, rgba, bytes, photo = next); // premultiplied, as an ImageBitmap is
      gl.generateMipmap(flat);
    }
  }

  /** @param {Tile} tile @param {Scene} scene @param {number} height @param {number} width */
  function drawTile({ place, clip, layer, heads, bare }, { view: { results, state }, weightsOf }, height, width) {
    const palette = new Float32Array(4 * maxHeads);
    if (layer) {
      gl.texImage3D(layered, 0, gl.R32F, results.cols, results.rows, results.heads, 0, gl.RED, gl.FLOAT, weightsOf(layer));
      for (const head of heads) palette.set([...colourOfHead(state, head), 1], 4 * head - 4);
    }
    gl.uniform4fv(at('palette'), palette);
    for (const [name, value] of Object.entries({
      end: layer && results.heads, mode: layer && (bare ? 1 : modes[state.mode]), bare, smoothly: state.interpolation === 'smooth',
    })) gl.uniform1i(at(name), Number(value));
    gl.uniform1f(at('opacity'), layer && state.opacity);
    gl.uniform2f(at('covered'), results.covered.width, results.covered.height);
    gl.uniform4f(at('place'), (2 * place.x) / width - 1, 1 - (2 * place.y) / height,
      (2 * (place.x + place.width)) / width - 1, 1 - (2 * (place.y + place.height)) / height);
    gl.scissor(clip.x, height - clip.y - clip.height, clip.width, clip.height);
    gl.drawArrays(gl.TRIANGLE_STRIP, 0, 4);
  }

  canvas.addEventListener('webglcontextlost', (event) => event.preventDefault());
  canvas.addEventListener('webglcontextrestored', prepare);
  prepare();

  return {
    canvas,

    /**
     * Draws the tiles and copies them; false: the context is lost.
     * @param {CanvasRenderingContext2D} target
     * @param {Scene} scene
     * @param {Tile[]} tiles
     */
    paint(target, scene, tiles) {
      if (gl.isContextLost()) return false;
      const { height, width } = target.canvas;
      canvas.height = max(canvas.height, height);
      canvas.width = max(canvas.width, width);
      loadScale(scene.view.state.colormap);
      loadPhoto(scene.photo);
      gl.activeTexture(gl.TEXTURE1);
      gl.viewport(0, 0, width, height);
      gl.scissor(0, 0, width, height);
      gl.clear(gl.COLOR_BUFFER_BIT);
      for (const tile of tiles) drawTile(tile, scene, height, width);
      target.drawImage(canvas, 0, canvas.height - height, width, height, 0, 0, width, height);
      return true;
    },
  };
}
