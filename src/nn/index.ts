/** Neural networks: `np.nn`. */
export * as functional from './functional/index.ts';
export * as init from './init.ts';
export * as utils from './utils.ts';
export { Module } from './module.ts';
export type { Layer, ListOptions } from './module.ts';
export type { BackwardHook, ForwardHook, ForwardPreHook } from './hooks.ts';
export type { LoadOptions, LoadResult, State } from './state.ts';
export { Parameter } from './parameter.ts';
export { ModuleDict, ModuleList, ParameterDict, ParameterList, Sequential } from './containers.ts';
export * from './layers/index.ts';
