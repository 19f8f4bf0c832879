/**
 * Which places of an axis a window touches: place `origin + column * columnStep + tap * tapStep` for each column of windows and
 * each tap of the kernel. A convolution is one such pattern; its adjoint to the input is one for each remainder of the stride.
 */

/** Windows along one axis. */
export interface Taps {
  readonly columns: number;
  readonly columnStep: number;
  readonly taps: number;
  readonly tapStep: number;
  readonly origin: number;
  /** The columns are elements `outStart + column * outStep` of the result's axis. */
  readonly outStart: number;
  readonly outStep: number;
  /** The taps are elements `kernelStart + tap * kernelStep` of the kernel's axis. */
  readonly kernelStart: number;
  readonly kernelStep: number;
}

/** How a convolution goes along an axis. */
export interface ConvAxis {
  /** Lengths of the input, the kernel and the output. */
  readonly input: number;
  readonly kernel: number;
  readonly output: number;
  readonly stride: number;
  /** Zeros before the first element; those behind the last follow from the output's length. */
  readonly padding: number;
  readonly dilation: number;
}

/** The windows of a convolution: output i sums over taps j of the input at `i * stride - padding + j * dilation`. */
export function forwardTaps({ kernel, output, stride, padding, dilation }: ConvAxis): Taps {
  return {
    columns: output,
    columnStep: stride,
    taps: kernel,
    tapStep: dilation,
    origin: -padding,
    outStart: 0,
    outStep: 1,
    kernelStart: 0,
    kernelStep: 1,
  };
}

const gcd = (a: number, b: number): number => (b === 0 ? a : gcd(b, a % b));

/**
 * The adjoint's windows over the output's axis. Of input i only the taps j with `(i + padding - j * dilation) % stride == 0` take
 * part, so the inputs are taken by their remainder, each with its own taps; those that no tap reaches are left out.
 */
export function adjointTaps({ input, kernel, stride, padding, dilation }: ConvAxis): Taps[] {
  const kernelStep = stride / gcd(stride, dilation);
  const result: Taps[] = [];
  for (let outStart = 0; outStart < Math.min(stride, input); outStart++) {
    const at = outStart + padding;
    const first = Array.from({ length: Math.min(kernelStep, kernel) }, (_, j) => j);
    const kernelStart = first.find((j) => (at - j * dilation) % stride === 0);
    if (kernelStart === undefined) continue;
    result.push({
      columns: Math.ceil((input - outStart) / stride),
      columnStep: 1,
      taps: Math.ceil((kernel - kernelStart) / kernelStep),
      tapStep: -((kernelStep * dilation) / stride),
      origin: (at - kernelStart * dilation) / stride,
      outStart,
      outStep: stride,
      kernelStart,
      kernelStep,
    });
  }
  return result;
}

/** The lowest place that some of the windows touch, and one past the highest. */
export function reach(windows: readonly Taps[]): { low: number; high: number } {
  const ends = windows.flatMap(({ columns, columnStep, taps, tapStep, origin }) =>
    [0, columns - 1].flatMap((i) => [0, taps - 1].map((j) => origin + i * columnStep + j * tapStep)),
  );
  return { low: Math.min(...ends), high: Math.max(...ends) + 1 };
}
