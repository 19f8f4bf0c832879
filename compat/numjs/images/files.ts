/** Reading and saving images: files in Node, canvases and image elements in browsers. */
import * as np from '../../../src/index.ts';
import type { NDArray } from '../../../src/index.ts';
import { errors } from '../errors.ts';
import type { ArrayLike } from '../ndarray.ts';
import { NdArray, array } from '../ndarray.ts';
import { Selection } from '../selection.ts';
import { bufferOf, fileSystem } from './node.ts';
import type { Pixels } from './codecs.ts';
import { CODECS } from './codecs.ts';
import { withoutGrayChannels } from './gray.ts';

const OPAQUE = 255;

/** Pixels as an array (h, w, 4) over their memory. */
const planesOf = ({ width, height, data }: Pixels): NDArray =>
  np.reshape(np.asarray(data), [height, width, 4]);

/** An image as red, green, blue and opacity. */
function pixelsOf(img: ArrayLike): Pixels {
  const image = array(img).np.astype('uint8');
  const [height, width, channels = 1] = image.shape;
  if ((image.ndim !== 2 && image.ndim !== 3) || ![1, 3, 4].includes(channels)) {
    throw new errors.ValueError(
      `an image is (h, w) or (h, w, channels) with 1, 3 or 4 channels, got shape (${image.shape.join(',')})`,
    );
  }
  const data = new Uint8ClampedArray(height * width * 4).fill(OPAQUE);
  const colours = np.reshape(image, [height, width, channels]);
  planesOf({ width, height, data: data as unknown as Uint8Array }).set(
    '...',
    np.slice(null, channels === 4 ? 4 : 3),
    colours,
  );
  return { width, height, data: new Uint8Array(data.buffer) };
}

/** Without an opacity that says nothing, and of equal colours only one. */
function simplified(planes: NDArray): NDArray {
  const opaque = np.all(np.equal(planes.get('..., 3'), OPAQUE));
  return withoutGrayChannels(opaque ? planes.get('..., :3') : planes);
}

/** A canvas, or what can be drawn on one. */
type Drawable = HTMLCanvasElement | HTMLImageElement;

const isElement = (x: unknown): x is Drawable =>
  typeof HTMLElement !== 'undefined' && x instanceof HTMLElement;

const contextOf = (canvas: HTMLCanvasElement): CanvasRenderingContext2D => {
  const context = canvas.getContext('2d');
  if (!context) throw new Error('the canvas has no 2d context');
  return context;
};

function canvasOf(element: Drawable): HTMLCanvasElement {
  if (element instanceof HTMLCanvasElement) return element;
  const canvas = Object.assign(document.createElement('canvas'), {
    width: element.width,
    height: element.height,
  });
  contextOf(canvas).drawImage(element, 0, 0);
  return canvas;
}

function readElement(element: Drawable): NDArray {
  const canvas = canvasOf(element);
  const { data } = contextOf(canvas).getImageData(0, 0, canvas.width, canvas.height);
  return planesOf({ width: canvas.width, height: canvas.height, data: new Uint8Array(data.buffer) });
}

function readBytes(bytes: Uint8Array): NDArray {
  const codec = CODECS.find((one) => one.matches(bytes));
  if (!codec) throw new errors.ValueError('not a PNG or JPEG image');
  const { width, height, data } = codec.decode(bufferOf(bytes));
  return simplified(planesOf({ width, height, data: new Uint8Array(data) }));
}

/**
 * An image as an array: (h, w) if it is gray, (h, w, 3) if it is opaque, else (h, w, 4).
 *
 * @param input - the path of a PNG or JPEG file or its bytes, in Node with the package `pngjs` or `jpeg-js` installed; a canvas or a
 *   loaded image element in browsers, of which colours have four channels
 * @returns uint8
 * @throws ValueError for another format; Error if the package is not installed.
 */
export function read(input: string | URL | Uint8Array | Drawable): NdArray {
  if (isElement(input)) return new NdArray(new Selection(withoutGrayChannels(readElement(input))));
  const bytes = input instanceof Uint8Array ? input : fileSystem().readFileSync(input);
  return new NdArray(new Selection(readBytes(bytes)));
}

/**
 * Saves an image.
 *
 * @param img - (h, w), or (h, w, channels) with 1, 3 or 4 channels; numbers are stored as uint8 stores them
 * @param dest - a path that ends in `.png`, `.jpg` or `.jpeg`, in Node with the package `pngjs` or `jpeg-js` installed; a canvas in
 *   browsers, which the image is stretched over
 * @throws ValueError for what is no image, or another format; Error if the package is not installed.
 */
export function save(img: ArrayLike, dest: string | HTMLCanvasElement): void {
  const pixels = pixelsOf(img);
  if (typeof dest !== 'string') {
    drawOn(dest, pixels);
    return;
  }
  const extension = /[^.]*$/.exec(dest.toLowerCase())![0];
  const codec = CODECS.find(({ extensions }) => extensions.includes(extension));
  if (!codec) throw new errors.ValueError(`images are saved as .png or .jpg, got ${dest}`);
  fileSystem().writeFileSync(dest, codec.encode({ ...pixels, data: bufferOf(pixels.data) }));
}

function drawOn(dest: unknown, { width, height, data }: Pixels): void {
  if (!isElement(dest) || !(dest instanceof HTMLCanvasElement)) {
    throw new errors.ValueError('expect a path or an HTML canvas to save to');
  }
  const canvas = Object.assign(document.createElement('canvas'), { width, height });
  contextOf(canvas).putImageData(new ImageData(new Uint8ClampedArray(data), width, height), 0, 0);
  contextOf(dest).drawImage(canvas, 0, 0, width, height, 0, 0, dest.width, dest.height);
}
