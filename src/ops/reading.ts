/** Computations that look at numbers in arrays now and then: written once, they run at once or wait for arrays of a device. */
import type { NDArray } from '../array/ndarray.ts';
import { scalarAt } from '../array/ndarray.ts';

/** A number, or an array of one element that holds one. */
export type Quantity = number | NDArray;

/** A computation that yields what it wants to look at, goes on with the numbers, and returns a result. */
export type Reading<R> = Generator<readonly Quantity[], R, readonly number[]>;

/** Looks at quantities: `const [loss, slope] = yield* look(a, b)`. */
export function* look(...wanted: readonly Quantity[]): Reading<readonly number[]> {
  return yield wanted;
}

const numberIn = (x: Quantity): number => (typeof x === 'number' ? x : Number(scalarAt(x, x.offset)));

/** Runs a computation whose arrays are the processor's. */
export function readNow<R>(reading: Reading<R>): R {
  let step = reading.next([]);
  while (!step.done) step = reading.next(step.value.map(numberIn));
  return step.value;
}

/** Runs one stretch of a computation. */
type Resume<R> = () => IteratorResult<readonly Quantity[], R>;

/**
 * Runs a computation, waiting for arrays of a device; what it asks for together is read together.
 *
 * @param within - runs each stretch, where that needs surroundings that do not last while it waits
 */
export async function readLater<R>(
  reading: Reading<R>,
  within: (resume: Resume<R>) => IteratorResult<readonly Quantity[], R> = (resume) => resume(),
): Promise<R> {
  let step = within(() => reading.next([]));
  while (!step.done) {
    const found = await Promise.all(step.value.map(fetched)).catch((error: unknown) => {
      reading.return(undefined as R);
      throw error;
    });
    step = within(() => reading.next(found.map(numberIn)));
  }
  return step.value;
}

function fetched(x: Quantity): Quantity | Promise<NDArray> {
  return typeof x === 'number' ? x : (x.storage.remote?.home.read(x) ?? x);
}
