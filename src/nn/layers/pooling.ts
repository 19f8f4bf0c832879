/** Pooling layers. */
import type { ArrayLike } from '../../ops/asarray.ts';
import type { Tensor } from '../../tensor/tensor.ts';
import * as F from '../functional/index.ts';
import type { OutputSize } from '../functional/sliding.ts';
import type { Size } from '../functional/images.ts';
import type { Needed } from './layer.ts';
import { layersOf, needed } from './layer.ts';

const pool = /* @__PURE__ */ layersOf<[input: ArrayLike]>();
const maxPool = /* @__PURE__ */ layersOf<[input: ArrayLike], Tensor & [Tensor, Tensor]>();

const MAX = ['kernelSize', 'stride', 'padding', 'dilation', 'returnIndices', 'ceilMode'] as const;
const AVERAGE = ['kernelSize', 'stride', 'padding', 'ceilMode', 'countIncludePad'] as const;
const AVERAGE_ANY = [...AVERAGE, 'divisorOverride'] as const;
const LP = ['normType', 'kernelSize', 'stride', 'ceilMode'] as const;

const maxOptions = {
  kernelSize: needed as Needed<Size>,
  stride: null as Size | null,
  padding: 0 as Size,
  dilation: 1 as Size,
  returnIndices: false,
  ceilMode: false,
};

const averageOptions = {
  kernelSize: needed as Needed<Size>,
  stride: null as Size | null,
  padding: 0 as Size,
  ceilMode: false,
  countIncludePad: true,
};

const anyAverageOptions = { ...averageOptions, divisorOverride: null as number | null };

const lpOptions = {
  normType: needed as Needed<number>,
  kernelSize: needed as Needed<Size>,
  stride: null as Size | null,
  ceilMode: false,
};

const adaptiveOptions = { outputSize: needed as Needed<OutputSize> };
const adaptiveMaxOptions = { ...adaptiveOptions, returnIndices: false };

/**
 * The greatest element of each window of a signal.
 *
 * @param args - `kernelSize`, `stride` (the kernel's size), `padding` 0, `dilation` 1, `returnIndices` false, `ceilMode` false
 * @example
 * new np.nn.MaxPool1d(2).call(np.tensor([[[1, 3, 2, 4]]])); // tensor([[[3., 4.]]])
 */
export const MaxPool1d = /* @__PURE__ */ maxPool('MaxPool1d', F.maxPool1d, MAX, maxOptions);
/** `MaxPool1d` for images (n, channels, height, width). */
export const MaxPool2d = /* @__PURE__ */ maxPool('MaxPool2d', F.maxPool2d, MAX, maxOptions);
/** `MaxPool1d` for volumes (n, channels, depth, height, width). */
export const MaxPool3d = /* @__PURE__ */ maxPool('MaxPool3d', F.maxPool3d, MAX, maxOptions);

/**
 * The mean of each window of a signal.
 *
 * @param args - `kernelSize`, `stride` (the kernel's size), `padding` 0, `ceilMode` false, `countIncludePad` true
 * @example
 * new np.nn.AvgPool1d(2).call(np.tensor([[[1, 3, 2, 4]]])); // tensor([[[2., 3.]]])
 */
export const AvgPool1d = /* @__PURE__ */ pool('AvgPool1d', F.avgPool1d, AVERAGE, averageOptions);
/** `AvgPool1d` for images; `divisorOverride` is what the sums are divided by. */
export const AvgPool2d = /* @__PURE__ */ pool('AvgPool2d', F.avgPool2d, AVERAGE_ANY, anyAverageOptions);
/** `AvgPool1d` for volumes; `divisorOverride` is what the sums are divided by. */
export const AvgPool3d = /* @__PURE__ */ pool('AvgPool3d', F.avgPool3d, AVERAGE_ANY, anyAverageOptions);

/**
 * The norm of each window of a signal.
 *
 * @param args - `normType`, `kernelSize`, `stride` (the kernel's size), `ceilMode` false
 * @example
 * new np.nn.LPPool1d(2, 2).call(np.tensor([[[3, 4]]])); // tensor([[[5.]]])
 */
export const LPPool1d = /* @__PURE__ */ pool('LPPool1d', F.lpPool1d, LP, lpOptions);
/** `LPPool1d` for images. */
export const LPPool2d = /* @__PURE__ */ pool('LPPool2d', F.lpPool2d, LP, lpOptions);
/** `LPPool1d` for volumes. */
export const LPPool3d = /* @__PURE__ */ pool('LPPool3d', F.lpPool3d, LP, lpOptions);

/**
 * The greatest element of each of `outputSize` even parts of a signal.
 *
 * @param args - `outputSize`, `returnIndices` false
 * @example
 * new np.nn.AdaptiveMaxPool1d(2).call(np.tensor([[[1, 3, 2, 4]]])); // tensor([[[3., 4.]]])
 */
export const AdaptiveMaxPool1d = /* @__PURE__ */ maxPool(
  'AdaptiveMaxPool1d',
  F.adaptiveMaxPool1d,
  ['outputSize', 'returnIndices'],
  adaptiveMaxOptions,
);
/** `AdaptiveMaxPool1d` for images; null in `outputSize` stands for the input's size. */
export const AdaptiveMaxPool2d = /* @__PURE__ */ maxPool(
  'AdaptiveMaxPool2d',
  F.adaptiveMaxPool2d,
  ['outputSize', 'returnIndices'],
  adaptiveMaxOptions,
);
/** `AdaptiveMaxPool1d` for volumes; null in `outputSize` stands for the input's size. */
export const AdaptiveMaxPool3d = /* @__PURE__ */ maxPool(
  'AdaptiveMaxPool3d',
  F.adaptiveMaxPool3d,
  ['outputSize', 'returnIndices'],
  adaptiveMaxOptions,
);

/**
 * The mean of each of `outputSize` even parts of a signal.
 *
 * @param args - `outputSize`
 * @example
 * new np.nn.AdaptiveAvgPool1d(2).call(np.tensor([[[1, 3, 2, 4]]])); // tensor([[[2., 3.]]])
 */
export const AdaptiveAvgPool1d = /* @__PURE__ */ pool(
  'AdaptiveAvgPool1d',
  F.adaptiveAvgPool1d,
  ['outputSize'],
  adaptiveOptions,
);
/** `AdaptiveAvgPool1d` for images; null in `outputSize` stands for the input's size. */
export const AdaptiveAvgPool2d = /* @__PURE__ */ pool(
  'AdaptiveAvgPool2d',
  F.adaptiveAvgPool2d,
  ['outputSize'],
  adaptiveOptions,
);
/** `AdaptiveAvgPool1d` for volumes; null in `outputSize` stands for the input's size. */
export const AdaptiveAvgPool3d = /* @__PURE__ */ pool(
  'AdaptiveAvgPool3d',
  F.adaptiveAvgPool3d,
  ['outputSize'],
  adaptiveOptions,
);

const unpool =
  /* @__PURE__ */ layersOf<
    [input: ArrayLike, indices: ArrayLike, keywords?: { outputSize?: readonly number[] | null }]
  >();

const UNPOOL = ['kernelSize', 'stride', 'padding'] as const;
const unpoolOptions = {
  kernelSize: needed as Needed<Size>,
  stride: null as Size | null,
  padding: 0 as Size,
};

/**
 * Puts what max pooling kept back where it was, among zeros: `call(input, indices, { outputSize })`.
 *
 * @param args - `kernelSize`, `stride` (the kernel's size), `padding` 0
 * @example
 * const [kept, indices] = new np.nn.MaxPool1d(2, { returnIndices: true }).call(np.tensor([[[1, 3, 2, 4]]]));
 * new np.nn.MaxUnpool1d(2).call(kept, indices); // tensor([[[0., 3., 0., 4.]]])
 */
export const MaxUnpool1d = /* @__PURE__ */ unpool('MaxUnpool1d', F.maxUnpool1d, UNPOOL, unpoolOptions);
/** `MaxUnpool1d` for images. */
export const MaxUnpool2d = /* @__PURE__ */ unpool('MaxUnpool2d', F.maxUnpool2d, UNPOOL, unpoolOptions);
/** `MaxUnpool1d` for volumes. */
export const MaxUnpool3d = /* @__PURE__ */ unpool('MaxUnpool3d', F.maxUnpool3d, UNPOOL, unpoolOptions);
