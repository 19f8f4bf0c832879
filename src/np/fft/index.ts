/** `np.fft`: discrete Fourier transforms. */
export * from './transforms.ts';
export * from './nd.ts';
export * from './frequencies.ts';
