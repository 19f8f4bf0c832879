/** A device, its limits, and what has gone wrong with it. */
import { RuntimeError, ValueError } from '../../array/errors.ts';
import { IN_COMPUTE_STAGE } from './flags.ts';

const LIMITS = [
  'maxBufferSize',
  'maxStorageBufferBindingSize',
  'maxStorageBuffersPerShaderStage',
  'maxUniformBufferBindingSize',
  'minStorageBufferOffsetAlignment',
  'minUniformBufferOffsetAlignment',
  'maxComputeWorkgroupStorageSize',
  'maxComputeInvocationsPerWorkgroup',
  'maxComputeWorkgroupSizeX',
  'maxComputeWorkgroupsPerDimension',
] as const;

/** The limits of a device that matter to kernels, under WebGPU's names. */
export type GpuLimits = Readonly<Record<(typeof LIMITS)[number], number>>;

/** What became of a batch of commands: the error that kept it from running, or null. */
export type Outcome = Promise<Error | null>;

/**
 * A device and its troubles. WebGPU tells of errors later, and not to whom made them; so an error waits here until something is read
 * back, and the first one, in the order in which the work was given, is what that read throws.
 */
export class Context {
  readonly device: GPUDevice;
  /** Unknown if the device was made by the user. */
  readonly adapter: GPUAdapter | null;
  /** Whether the device is destroyed in the end. */
  readonly owned: boolean;
  readonly limits: GpuLimits;
  readonly features: ReadonlySet<string>;
  /** What is known of the adapter: not every implementation tells it of a device. */
  readonly info: Partial<GPUAdapterInfo>;
  #lost: Error | null = null;
  #failure: { readonly error: Error; readonly order: number } | null = null;
  #order = 0;
  readonly #scopes = new Set<Outcome>();
  readonly #waiting = new Set<(error: Error) => void>();
  readonly #onLoss: (() => void)[] = [];
  #oneBuffer: GPUBindGroupLayout | null = null;

  constructor(device: GPUDevice, adapter: GPUAdapter | null, owned: boolean) {
    this.device = device;
    this.adapter = adapter;
    this.owned = owned;
    this.limits = Object.fromEntries(LIMITS.map((name) => [name, device.limits[name]])) as GpuLimits;
    this.features = new Set(device.features);
    this.info = adapter?.info ?? (device as Partial<GPUDevice>).adapterInfo ?? {};
    void device.lost.then(({ message, reason }) => this.lose(lossOf(message, reason)));
    if (owned) device.addEventListener('uncapturederror', this.#uncaptured);
  }

  /**
   * To be called before every use.
   *
   * @throws RuntimeError once the device was lost or disposed.
   */
  check(): void {
    if (this.#lost !== null) throw this.#lost;
  }

  get lost(): Error | null {
    return this.#lost;
  }

  /** Ends everything that waits for the device. Only the first reason counts. */
  lose(error: Error): void {
    if (this.#lost !== null) return;
    this.#lost = error;
    this.device.removeEventListener('uncapturederror', this.#uncaptured);
    for (const reject of this.#waiting) reject(error);
    this.#waiting.clear();
    for (const act of this.#onLoss) act();
  }

  /** Has something done when the device is lost. */
  onLoss(act: () => void): void {
    this.#onLoss.push(act);
  }

  /** The same promise, but it rejects when the device is lost, whatever else happens. */
  whileAlive<T>(promise: Promise<T>): Promise<T> {
    if (this.#lost !== null) return Promise.reject(this.#lost);
    return new Promise((resolve, reject) => {
      const settle =
        <A extends unknown[]>(how: (...result: A) => void) =>
        (...result: A): void => {
          this.#waiting.delete(reject);
          if (this.#lost !== null) reject(this.#lost);
          else how(...result);
        };
      this.#waiting.add(reject);
      promise.then(settle(resolve), settle(reject));
    });
  }

  /**
   * Runs `fn`, and waits for the errors of one kind that its commands make. They are given to the next read.
   *
   * @param describe - makes the error of WebGPU's message
   * @returns what `fn` returns, and what became of its commands: this promise never rejects
   */
  watched<T>(
    filter: GPUErrorFilter,
    fn: () => T,
    describe: (message: string, result: T) => Error | Promise<Error>,
  ): { result: T; outcome: Outcome } {
    const order = ++this.#order;
    this.device.pushErrorScope(filter);
    let result: T;
    let popped: Promise<GPUError | null>;
    try {
      result = fn();
    } finally {
      popped = this.device.popErrorScope();
      popped.catch(() => undefined);
    }
    const outcome = this.#outcomeOf(popped, (message) => describe(message, result), order);
    this.#scopes.add(outcome);
    void outcome.then(() => this.#scopes.delete(outcome));
    return { result, outcome };
  }

  /** Has WebGPU look whether a buffer can be bound to kernels, and so belongs to this device: if not, the next read is told. */
  requireOwn(buffer: GPUBuffer): void {
    const { device } = this;
    const size = Math.min(buffer.size - (buffer.size % 4), this.limits.maxStorageBufferBindingSize);
    if (size === 0) return;
    const layout = (this.#oneBuffer ??= device.createBindGroupLayout({
      entries: [{ binding: 0, visibility: IN_COMPUTE_STAGE, buffer: { type: 'storage' } }],
    }));
    this.watched(
      'validation',
      () => device.createBindGroup({ layout, entries: [{ binding: 0, resource: { buffer, size } }] }),
      (message) => new ValueError(`the GPUBuffer can't be used on the device that is open: ${message}`),
    );
  }

  async #outcomeOf(
    popped: Promise<GPUError | null>,
    describe: (message: string) => Error | Promise<Error>,
    order: number,
  ): Outcome {
    try {
      const found = await popped;
      if (found === null) return null;
      const error = await describe(found.message);
      this.#fail(error, order);
      return error;
    } catch {
      // The device was lost: whoever waits hears of that.
      return this.#lost;
    }
  }

  /** Waits until it is known what became of all commands that were given until now. */
  async settled(): Promise<void> {
    if (this.#scopes.size > 0) await Promise.all(this.#scopes);
  }

  /** The error that waits for a read, which is forgotten now. */
  takeFailure(): Error | null {
    const failure = this.#failure;
    this.#failure = null;
    return failure === null ? null : failure.error;
  }

  #fail(error: Error, order: number): void {
    if (this.#failure === null || order < this.#failure.order) this.#failure = { error, order };
  }

  readonly #uncaptured = (event: GPUUncapturedErrorEvent): void => {
    event.preventDefault();
    this.#fail(new RuntimeError(`WebGPU: ${event.error.message}`), ++this.#order);
  };
}

function lossOf(message: string, reason: string): RuntimeError {
  return new RuntimeError(`the WebGPU device was lost: ${message === '' ? reason : message}`);
}
