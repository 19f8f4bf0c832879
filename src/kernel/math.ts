export * from './math/exp.ts';
export * from './math/log.ts';
export * from './math/trig.ts';
export * from './math/hyperbolic.ts';
export * from './math/invtrig.ts';
export * from './math/pow.ts';
export * from './math/roots.ts';
export * from './math/logaddexp.ts';
