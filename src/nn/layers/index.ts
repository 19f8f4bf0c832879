/** The layers of neural networks. */
export * from './activations.ts';
export { MultiheadAttention } from './attention.ts';
export type { AttentionCall, AttentionOptions } from './attention.ts';
export * from './batchnorm.ts';
export * from './cells.ts';
export { Conv1d, Conv2d, Conv3d, ConvTranspose1d, ConvTranspose2d, ConvTranspose3d } from './convolution.ts';
export type { ConvOptions, ConvTransposeCall, ConvTransposeOptions, PaddingMode } from './convolution.ts';
export * from './distance.ts';
export * from './dropout.ts';
export { Embedding, EmbeddingBag } from './embedding.ts';
export type { EmbeddingBagOptions, EmbeddingOptions } from './embedding.ts';
export { Bilinear, Linear } from './linear.ts';
export type { LinearOptions } from './linear.ts';
export * from './losses.ts';
export { GroupNorm, LayerNorm, LocalResponseNorm, RMSNorm } from './normalization.ts';
export type { GroupNormOptions, LayerNormOptions, RMSNormOptions } from './normalization.ts';
export * from './padding.ts';
export * from './pooling.ts';
export { GRU, LSTM, RNN } from './recurrent.ts';
export type { LSTMOptions, RNNOptions, RecurrentOptions } from './recurrent.ts';
export * from './shape.ts';
export * from './transformer.ts';
export { TransformerDecoderLayer, TransformerEncoderLayer } from './transformer_layers.ts';
export type {
  Activation,
  DecoderCall,
  EncoderLayerCall,
  TransformerLayerOptions,
} from './transformer_layers.ts';
