/**
 * Promises of values that are read from a device. One failure may reject many of them, of which a program perhaps waits for one only:
 * then the others say nothing. A failure that nobody hears of is an unhandled rejection, as of any promise.
 */

/** A promise that knows whether anybody listens. */
class Read<T> extends Promise<T> {
  isHeard = false;

  // What `then` gives is an ordinary promise: whoever gets it hears the error there.
  static override get [Symbol.species](): PromiseConstructor {
    return Promise;
  }

  override then<A = T, B = never>(
    onFulfilled?: ((value: T) => A | PromiseLike<A>) | null,
    onRejected?: ((reason: unknown) => B | PromiseLike<B>) | null,
  ): Promise<A | B> {
    this.isHeard = true;
    return super.then(onFulfilled, onRejected);
  }
}

/** Those that are not settled. */
const pending = /* @__PURE__ */ new Set<Read<unknown>>();

/** Errors that somebody was told. */
const heard = /* @__PURE__ */ new WeakSet<object>();

/** The promise as one that is quiet about an error that another such promise tells. */
export function told<T>(reading: Promise<T>): Promise<T> {
  const read = new Read<T>((resolve, reject) => void reading.then(resolve, reject));
  pending.add(read);
  const settled = (): void => void pending.delete(read);
  // Not the promise's own `then`, which this is no use of.
  void Promise.prototype.then.call(read, settled, (error: unknown) => {
    settled();
    void report(read, error);
  });
  return read;
}

async function report(read: Read<unknown>, error: unknown): Promise<void> {
  if (typeof error !== 'object' || error === null) return;
  if (read.isHeard) {
    heard.add(error);
    return;
  }
  // Others of the same failure, that somebody waits for, may be on their way.
  await Promise.allSettled([...pending].filter(({ isHeard }) => isHeard));
  if (read.isHeard || heard.has(error)) return;
  heard.add(error);
  throw error;
}
