/** NumPy's constants. */

export const pi = Math.PI;
export const e = Math.E;
export const euler_gamma = 0.5772156649015329;
export const inf = Infinity;
export const nan = NaN;
/** A new axis in an index. */
export const newaxis = null;
