/** What is recorded at the moment: gradient mode, and the switch that makes tensors count as plain arrays. */
import type { Tracer } from '../array/tracing.ts';
import { tracing } from '../array/tracing.ts';

export const modes = {
  /** Whether operations on tensors that require gradients are put on the tape. */
  grad: true,
  /** Whether results are inference tensors, which never take part in recording. */
  inference: false,
  /** What records, as soon as there is a tensor. */
  installed: null as Tracer | null,
  live: false,
};

/** Sends calls with tensors to `tracer`, from the first tensor on: before, nothing looks for tensors. */
export function install(tracer: Tracer): void {
  modes.installed = tracer;
  if (modes.live) tracing.tracer = tracer;
}

/** Called when a tensor is made. */
export function wake(): void {
  modes.live = true;
  if (!tracing.keepsArrays) tracing.tracer = modes.installed;
}

/** Runs `fn` with tensors as plain arrays, 0-d results staying arrays: how primitives and derivatives compute. */
export function onPlainArrays<T>(fn: () => T): T {
  const { tracer, keepsArrays } = tracing;
  tracing.tracer = null;
  tracing.keepsArrays = true;
  try {
    return fn();
  } finally {
    tracing.tracer = keepsArrays || !modes.live ? tracer : modes.installed;
    tracing.keepsArrays = keepsArrays;
  }
}

/** Runs `fn` with tensors as tensors, from within `onPlainArrays`: how hooks and user's functions are called. */
export function onTensors<T>(fn: () => T): T {
  const { tracer, keepsArrays } = tracing;
  tracing.tracer = modes.installed;
  tracing.keepsArrays = false;
  try {
    return fn();
  } finally {
    tracing.tracer = tracer;
    tracing.keepsArrays = keepsArrays;
  }
}

/** Runs `fn` with gradient mode on or off. */
export function withGrad<T>(grad: boolean, fn: () => T): T {
  const before = modes.grad;
  modes.grad = grad;
  try {
    return fn();
  } finally {
    modes.grad = before;
  }
}

/**
 * Runs a function whose results are not put on the tape.
 *
 * @param fn - called at once
 * @returns what `fn` returns
 * @example
 * const w = np.tensor([1, 2], { requiresGrad: true });
 * np.noGrad(() => w.sub_(0.5)); // tensor([0.5, 1.5], requiresGrad: true)
 */
export function noGrad<T>(fn: () => T): T {
  return withGrad(false, fn);
}

/** Runs a function with recording on again, inside `noGrad`. */
export function enableGrad<T>(fn: () => T): T {
  return withGrad(true, fn);
}

/** `noGrad` for good: the tensors made inside can't take part in recording later. */
export function inferenceMode<T>(fn: () => T): T {
  const before = modes.inference;
  modes.inference = true;
  try {
    return withGrad(false, fn);
  } finally {
    modes.inference = before;
  }
}

/** Whether operations are recorded at the moment. */
export function isGradEnabled(): boolean {
  return modes.grad;
}
