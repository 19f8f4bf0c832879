/** Numbers to differentiate at: fixed, of both signs, away from zero and from each other. */
import * as np from '../../../src/index.ts';
import type { NDArray } from '../../../src/array/ndarray.ts';

/** An array of numbers within -1.5 and 1.5. */
export function points(shape: readonly number[], phase = 0): NDArray {
  const size = shape.reduce((n, m) => n * m, 1);
  const numbers = Array.from({ length: size }, (_, i) => 1.5 * Math.sin(2.399963 * (i + 1) + phase) + 0.01);
  return np.reshape(np.array(numbers), shape);
}

/** Numbers within 0.05 and 0.95. */
export const shares = (shape: readonly number[], phase = 0): NDArray =>
  np.add(np.multiply(points(shape, phase), 0.29), 0.5) as NDArray;

export const flat = (x: unknown): number[] => ((x as NDArray).tolist() as never[]).flat(9) as number[];
