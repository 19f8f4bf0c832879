import nj from 'numgrad/compat/numjs';
import { describe, expect, test } from 'vitest';

type Canvas = HTMLCanvasElement;

const canvasOf = (width: number, height: number): Canvas =>
  Object.assign(document.createElement('canvas'), { width, height });

/** A canvas of 3 x 2 pixels: the left column half transparent red, the rest opaque blue. */
function drawn(): Canvas {
  const canvas = canvasOf(3, 2);
  const pixels = new ImageData(3, 2);
  for (let i = 0; i < 6; i++) pixels.data.set(i % 3 === 0 ? [255, 0, 0, 128] : [0, 0, 255, 255], 4 * i);
  canvas.getContext('2d')!.putImageData(pixels, 0, 0);
  return canvas;
}

const pixelsOf = (canvas: Canvas): number[] => [
  ...canvas.getContext('2d')!.getImageData(0, 0, canvas.width, canvas.height).data,
];

describe('an image is read', () => {
  test('from a canvas, with its opacity', () => {
    const image = nj.images.read(drawn());
    expect(image.dtype).toBe('uint8');
    expect(image.shape).toEqual([2, 3, 4]);
    expect(image.pick(1, 0).tolist()).toEqual([255, 0, 0, 128]);
    expect(image.pick(0, 2).tolist()).toEqual([0, 0, 255, 255]);
  });

  test('from an image element', async () => {
    const canvas = canvasOf(2, 1);
    canvas.getContext('2d')!.fillStyle = 'rgb(10, 200, 30)';
    canvas.getContext('2d')!.fillRect(0, 0, 2, 1);
    const element = Object.assign(new Image(), { src: canvas.toDataURL('image/png') });
    await element.decode();
    const image = nj.images.read(element);
    expect(image.shape).toEqual([1, 2, 4]);
    expect(image.pick(0, 1).tolist()).toEqual([10, 200, 30, 255]);
  });

  test('into memory of its own: the canvas does not change with it', () => {
    const canvas = drawn();
    const before = pixelsOf(canvas);
    nj.images.read(canvas).assign(0, false);
    expect(pixelsOf(canvas)).toEqual(before);
  });
});

describe('an image is saved to a canvas', () => {
  test('of its size, pixel by pixel', () => {
    const colours = nj.array(
      [
        [
          [1, 2, 3],
          [40, 50, 60],
        ],
        [
          [70, 80, 90],
          [250, 251, 252],
        ],
      ],
      'uint8',
    );
    const canvas = canvasOf(2, 2);
    nj.images.save(colours, canvas);
    expect(pixelsOf(canvas)).toEqual(
      [
        [1, 2, 3, 255],
        [40, 50, 60, 255],
        [70, 80, 90, 255],
        [250, 251, 252, 255],
      ].flat(),
    );
  });

  test('gray in all colours', () => {
    const canvas = canvasOf(2, 1);
    nj.images.save(nj.array([[7, 200]], 'uint8'), canvas);
    expect(pixelsOf(canvas)).toEqual([7, 7, 7, 255, 200, 200, 200, 255]);
  });

  test('stretched over a larger one', () => {
    const canvas = canvasOf(4, 4);
    nj.images.save(nj.array([[[9, 8, 7]]], 'uint8'), canvas);
    expect(pixelsOf(canvas)).toEqual(Array.from({ length: 16 }, () => [9, 8, 7, 255]).flat());
  });

  test('and read again as it was', () => {
    const image = nj.images.read(drawn());
    const canvas = canvasOf(3, 2);
    nj.images.save(image, canvas);
    expect(nj.images.read(canvas).tolist()).toEqual(image.tolist());
  });
});

test('what is no canvas cannot be saved to', () => {
  const image = nj.zeros([2, 2], 'uint8');
  expect(() => nj.images.save(image, document.createElement('p') as unknown as Canvas)).toThrow(/canvas/);
});
