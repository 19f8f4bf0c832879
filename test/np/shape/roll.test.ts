import { describe, expect, it } from 'vitest';
import * as np from '../../../src/index.ts';

describe('np.roll', () => {
  it.each([
    [1.5, [5, 0, 1, 2, 3, 4]],
    [-1.5, [1, 2, 3, 4, 5, 0]],
  ])('cuts the fraction of a shift of %d off, as NumPy does', (shift, expected) => {
    expect(np.roll(np.arange(6), shift).tolist()).toEqual(expected);
  });

  it('adds up the shifts of a repeated axis', () => {
    expect(np.roll(np.arange(6), [1.5, 2], { axis: [0, 0] }).tolist()).toEqual([3, 4, 5, 0, 1, 2]);
  });

  it('refuses shifts that are no numbers of places', () => {
    expect(() => np.roll(np.arange(6), NaN)).toThrow(np.ValueError);
    expect(() => np.roll(np.arange(6), Infinity)).toThrow(np.OverflowError);
  });
});
