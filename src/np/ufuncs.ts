/** NumPy's universal functions, by family. */
export * from './ufuncs/arithmetic.ts';
export * from './ufuncs/bitwise.ts';
export * from './ufuncs/comparison.ts';
export * from './ufuncs/division.ts';
export * from './ufuncs/exponential.ts';
export * from './ufuncs/floating.ts';
export * from './ufuncs/rounding.ts';
export * from './ufuncs/trigonometric.ts';
