// The camera as a source of frames: only ever the newest, and words for all that can be wrong with it.

/**
 * @typedef {{height: number, width: number}} Size
 *
 * @typedef {object} Camera
 * @property {(crop: (frame: Size) => Size) => Promise<ImageBitmap | null>} frame the middle of the
 *   newest, once there is one that was not taken yet; null: the camera is off
 * @property {() => void} stop lets go of the camera
 */

/** More than any size of the network, and as much as a screen wants to see. */
const wanted = { width: { ideal: 640 }, height: { ideal: 480 }, frameRate: { ideal: 30 }, facingMode: 'user' };

/**
 * @param {() => void} onLost it was unplugged, or taken away
 * @returns {Promise<Camera>}
 */
export async function openCamera(onLost) {
  if (!navigator.mediaDevices?.getUserMedia) throw new Error(whyNone());
  const stream = await navigator.mediaDevices.getUserMedia({ video: wanted }).catch((error) => {
    throw new Error(whyNot(error));
  });
  const [track] = stream.getVideoTracks();
  const video = Object.assign(document.createElement('video'), { className: 'unseen', muted: true, playsInline: true });
  video.srcObject = stream;
  document.body.append(video); // some browsers decode only what is in the page
  // People know themselves as mirrors show them; what is in front of a phone is no mirror image.
  const take = frameTaker(video, track.getSettings().facingMode !== 'environment');

  let on = true;
  let fresh = false;
  let wake = () => {};
  const arrived = () => {
    fresh = true;
    wake();
    if (on) eachFrame(video, arrived);
  };
  const stop = () => {
    on = false;
    for (const each of stream.getTracks()) each.stop();
    video.srcObject = null;
    video.remove();
    wake();
  };
  track.addEventListener('ended', () => {
    stop();
    onLost();
  });
  eachFrame(video, arrived);
  await video.play().catch(() => {}); // stopped meanwhile

  return {
    stop,
    async frame(crop) {
      while (on && !fresh) await new Promise((resolve) => { wake = () => resolve(null); });
      fresh = false;
      return on ? take(crop) : null;
    },
  };
}

/**
 * @param {HTMLVideoElement} video
 * @param {() => void} call with the next frame
 */
function eachFrame(video, call) {
  if (video.requestVideoFrameCallback) video.requestVideoFrameCallback(call);
  else setTimeout(call, 33);
}

/**
 * @param {HTMLVideoElement} video
 * @param {boolean} mirrored
 */
function frameTaker(video, mirrored) {
  const canvas = new OffscreenCanvas(1, 1);
  const context = /** @type {OffscreenCanvasRenderingContext2D} */ (
    // In the computer's memory, not the graphics card's: the engine reads every pixel.
    canvas.getContext('2d', { alpha: false, willReadFrequently: true }));
  /** @param {(frame: Size) => Size} crop */
  return (crop) => {
    const whole = { height: video.videoHeight, width: video.videoWidth };
    const { height, width } = crop(whole);
    Object.assign(canvas, { height, width }); // a phone may have been turned
    if (mirrored) context.setTransform(-1, 0, 0, 1, width, 0);
    context.drawImage(video, Math.floor((width - whole.width) / 2), Math.floor((height - whole.height) / 2));
    return canvas.transferToImageBitmap();
  };
}

function whyNone() {
  return isSecureContext
    ? 'This browser gives its pages no camera: use a current one, or open a photo instead.'
    : 'A browser gives the camera only to secure pages: open this one by https, or on localhost.';
}

/** @param {DOMException} error */
function whyNot({ name }) {
  switch (name) {
    case 'NotAllowedError':
    case 'SecurityError':
      return 'The camera is not allowed here: allow it in the browser\u2019s settings for this page, then press Camera again.';
    case 'NotFoundError':
    case 'OverconstrainedError':
      return 'There is no camera: plug one in, then press Camera again.';
    case 'NotReadableError':
    case 'AbortError':
      return 'The camera is in use: close the other program or page that has it, then press Camera again.';
    default:
      return 'The camera could not be started: press Camera to try again.';
  }
}
