/** Functions of neural networks: `np.nn.functional`, with PyTorch's names in camelCase and its order of arguments. */
export * from './activation.ts';
export * from './softmax.ts';
export * from './conv.ts';
export * from './max_pooling.ts';
export * from './average_pooling.ts';
export * from './unfold.ts';
export * from './interpolate.ts';
export * from './grid.ts';
export * from './pad.ts';
export * from './shuffle.ts';
export * from './linear.ts';
export * from './embedding.ts';
export * from './dropout.ts';
export * from './attention.ts';
export * from './distance.ts';
export * from './normalization.ts';
export * from './response.ts';
