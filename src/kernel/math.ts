export * from './math/exp.ts';
export * from './math/log.ts';
