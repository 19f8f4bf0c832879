/** Arrays that serve as integers: any integer dtype, and float64 whose values are all integers (numbers make float64). */
import { bool_, float64 } from '../../array/dtype.ts';
import type { NDArray } from '../../array/ndarray.ts';
import { emptyArray } from '../../array/ndarray.ts';
import type { MapSpec } from '../../kernel/map.ts';
import { castValue } from '../../kernel/element.ts';
import { v } from '../../kernel/value.ts';
import { cast } from '../cast.ts';
import { mapKernel, runMap } from '../map.ts';
import { indexDType } from './dtype.ts';
import { countTrue } from './masks.ts';

export { indexDType };

/** Whether a float64 is no integer of 64 bits. */
const FRACTION: MapSpec = {
  name: 'fraction',
  inputs: ['f64'],
  outputs: ['bool'],
  expr: (x) => v.ne(x, castValue('f64', 'i64', castValue('i64', 'f64', x))),
};

/**
 * `a` as int64.
 *
 * @param refuse - makes the error for an array that cannot be integers.
 */
export function integersOf(a: NDArray, refuse: () => Error): NDArray<'int64'> {
  if (a.dtype.kind === 'f') {
    if (a.dtype !== float64 || hasFractions(a)) throw refuse();
  } else if (a.dtype.kind !== 'i' && a.dtype.kind !== 'u') {
    throw refuse();
  }
  return cast(a, indexDType(a));
}

function hasFractions(a: NDArray): boolean {
  const fraction = emptyArray(a.shape, bool_);
  runMap(mapKernel(FRACTION, ['f64'], ['bool']), [a], [fraction]);
  const found = countTrue(fraction);
  fraction.storage.dispose();
  return found > 0;
}
