import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as np from 'numgrad';
import nj from 'numgrad/compat/numjs';
import { afterAll, describe, expect, test } from 'vitest';

const folder = mkdtempSync(join(tmpdir(), 'numgrad-images-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** Colours that change slowly, which JPEG keeps nearly. */
function gradient(channels: number): np.NDArray {
  const at = np.indices([16, 24, channels]) as np.NDArray;
  const sum = np.add(
    np.multiply(at.get(0), 5),
    np.add(np.multiply(at.get(1), 3), np.multiply(at.get(2), 40)),
  );
  return sum.astype('uint8');
}

describe('files', () => {
  test('PNG comes back as it was: colours, opacity, gray', () => {
    for (const image of [gradient(3), gradient(4), gradient(3).get('..., 0')]) {
      const path = join(folder, 'image.png');
      nj.images.save(nj.array(image), path);
      const back = nj.images.read(path);
      expect(back.shape).toEqual(image.shape);
      expect(np.array_equal(back.np, image)).toBe(true);
    }
  });

  test('JPEG comes back nearly', () => {
    const path = join(folder, 'image.jpg');
    nj.images.save(gradient(3), path);
    const back = nj.images.read(new Uint8Array(readFileSync(path)));
    expect(back.shape).toEqual([16, 24, 3]);
    const worst = np.max(np.absolute(np.subtract(back.np.astype('int16'), gradient(3).astype('int16'))));
    expect(Number(worst)).toBeLessThan(24);
  });

  test('what is no image', () => {
    expect(() => nj.images.read(new Uint8Array(20))).toThrow(/PNG or JPEG/);
    expect(() => nj.images.save(nj.zeros([2, 2, 2]), join(folder, 'x.png'))).toThrow(/\(2,2,2\)/);
    expect(() => nj.images.save(nj.zeros([2, 2]), join(folder, 'x.gif'))).toThrow(/\.gif/);
  });
});

describe('images as arrays', () => {
  test('resize keeps what is constant and cuts what is too much', () => {
    const gray = nj.array(np.full([10, 20], 77, 'uint8'));
    expect(np.unique(nj.images.resize(gray, 7, 33).np).tolist()).toEqual([77]);
    const halves = nj.array(np.repeat(np.array([[0, 0, 0, 200, 200, 200]]), 6, 0).astype('uint8'));
    const wide = nj.images.resize(halves, 6, 2);
    expect(wide.tolist()).toEqual(globalThis.Array(6).fill([0, 200]));
    expect(nj.images.resize(gradient(3), 8, 12).shape).toEqual([8, 12, 3]);
    expect(np.array_equal(nj.images.resize(gradient(4), 16, 24).np, gradient(4))).toBe(true);
    expect(() => nj.images.resize(gray, 0, 5)).toThrow(np.ValueError);
  });

  test('flip is a view', () => {
    const image = nj.array(gradient(3));
    const flipped = nj.images.flip(image);
    expect(flipped.get(0, 0, 1)).toBe(image.get(0, 23, 1));
    expect(flipped.selection.data).toEqual(image.selection.data);
  });

  test('areas of one channel with three axes', () => {
    const image = gradient(1);
    const total = Number(np.sum(image.get('2:5, 3:7').astype('int64')));
    expect(nj.images.areaSum(2, 3, 3, 4, nj.images.sat(image))).toBe(total);
    expect(() => nj.images.areaSum(15, 0, 3, 3, nj.images.sat(image))).toThrow(np.IndexError);
  });

  test('the samples', () => {
    const { five } = nj.images.data;
    expect([five.shape, five.dtype, five.max()]).toEqual([[28, 28], 'uint8', 255]);
    expect(() => nj.images.data.moon).toThrow(nj.errors.NotImplementedError);
  });
});
