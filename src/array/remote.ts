/** Bytes that lie on another device than the processor, as a `Storage` sees them. */
import type { DType } from './dtype.ts';
import { RuntimeError } from './errors.ts';
import type { NDArray } from './ndarray.ts';
import type { Views } from './views.ts';

/** A device with memory of its own. */
export interface Home {
  /** The device's name, as `tensor.device` gives it. */
  readonly name: string;
  /** Which of the devices of its name it is, and of what adapter: for messages. */
  readonly title: string;
  /** @throws RuntimeError if the device was lost: everything on it is gone. */
  requireAlive(): void;
  /** Bytes of this device that nobody has written yet. */
  allocate(byteLength: number): RemoteBytes;
  /** @throws TypeError for a dtype that it lacks. */
  requireDType(dtype: DType): void;
  /**
   * The array itself if it is on this device, and a copy there if it is the processor's.
   *
   * @throws TypeError for a dtype that it lacks; RuntimeError for an array of another device.
   */
  near(a: NDArray): NDArray;
  /** A copy of an array of this device for the processor, as soon as it is computed. */
  read(a: NDArray): Promise<NDArray>;
}

/** The bytes of one storage, which belong to a device. */
export interface RemoteBytes {
  readonly home: Home;
  /**
   * The bytes for JavaScript to fill, as long as they are not on the device.
   *
   * @throws RuntimeError if they are: a synchronous read cannot wait for them.
   */
  views(): Views;
  release(): void;
}

export const placement = {
  /** Where new storages are made: on a device for the time of a call with operands there. */
  home: null as Home | null,
  /** Whether there has been a device with memory of its own: before, nothing looks for its arrays. */
  live: false,
};

/** Runs `fn` with new storages made on a device, `null` for the processor. */
export function placedOn<T>(home: Home | null, fn: () => T): T {
  const before = placement.home;
  placement.home = home;
  try {
    return fn();
  } finally {
    placement.home = before;
  }
}

/** The error for operands that lie on two devices, `null` for the processor. */
export function onTwoDevices(a: Home | null, b: Home | null): RuntimeError {
  const isFar = a !== null && b !== null;
  return new RuntimeError(
    `Expected all tensors to be on the same device, but found at least two devices, ${titleOf(a)} and ${titleOf(b)}: ` +
      (isFar ? THROUGH_THE_PROCESSOR : 'move one of them with to()'),
  );
}

/** The error for an array of a device that is to go to another one. */
export function betweenDevices(from: Home, to: Home): RuntimeError {
  return new RuntimeError(
    `the array is on ${from.title} and can't go to ${to.title} at once: ${THROUGH_THE_PROCESSOR}`,
  );
}

const THROUGH_THE_PROCESSOR =
  'GPUs share no memory, so values go through the processor, as in (await tensor.cpu()).to(device)';

/** How messages name a device, `null` for the processor. */
export const titleOf = (home: Home | null): string => home?.title ?? 'cpu';

/** The error for values of a device that are asked for at once. */
export function notHere(device: string): RuntimeError {
  return new RuntimeError(
    `the values are on '${device}' and can't be read synchronously: use await tensor.cpu() for a tensor with them, or ` +
      'await tensor.array() for an array',
  );
}
