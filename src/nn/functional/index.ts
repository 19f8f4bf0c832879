/** Functions of neural networks: `np.nn.functional`, with PyTorch's names in camelCase and its order of arguments. */
export * from './activation.ts';
export * from './softmax.ts';
