/**
 * numjs's API on numgrad: `import nj from 'numgrad/compat/numjs'` in place of `import nj from 'numjs'`. Arrays of both libraries share
 * memory: `nj.array(x)` of an NDArray and `a.np` of numjs's array copy nothing.
 */
import * as nj from './namespace.ts';

export * from './namespace.ts';
export type { DTypeLike, DTypeName } from './dtypes.ts';
export type { ArrayLike, NestedNumbers, StdOptions } from './ndarray.ts';
export type { Selection, TypedArray } from './selection.ts';
export type { AxisArg, SliceArg } from './views.ts';

export default nj;
