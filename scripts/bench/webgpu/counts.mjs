/** Counts what a library asks of WebGPU, and knows the devices that it opened. */

export const counts = { dispatches: 0, submits: 0 };

/** @type {Set<GPUDevice>} */
const devices = new Set();

/** What WebGPU has found wrong and nobody has asked about. @type {string[]} */
const errors = [];

/**
 * Has a method call `before` first.
 *
 * @param {any} owner a class @param {string} name @param {(this: any, ...args: any[]) => void} before
 */
function listen(owner, name, before) {
  const method = owner.prototype[name];
  owner.prototype[name] = function (/** @type {any[]} */ ...args) {
    before.apply(this, args);
    return method.apply(this, args);
  };
}

/** Begins to count; to be called before a library is loaded. @param {any} classes where WebGPU's classes are */
export function countCalls(classes) {
  listen(classes.GPUComputePassEncoder, 'dispatchWorkgroups', () => void counts.dispatches++);
  listen(classes.GPUComputePassEncoder, 'dispatchWorkgroupsIndirect', () => void counts.dispatches++);
  listen(classes.GPUQueue, 'submit', () => void counts.submits++);
  const { requestDevice } = classes.GPUAdapter.prototype;
  classes.GPUAdapter.prototype.requestDevice = async function (/** @type {any[]} */ ...args) {
    const device = await requestDevice.apply(this, args);
    devices.add(device);
    device.addEventListener('uncapturederror', (/** @type {GPUUncapturedErrorEvent} */ { error }) =>
      errors.push(error.message),
    );
    void device.lost.then((/** @type {GPUDeviceLostInfo} */ { message }) => errors.push(`lost: ${message}`));
    return device;
  };
}

/** When all that was submitted has been done. @throws (the promise rejects) Error if some of it was refused. */
export async function allDone() {
  await Promise.all([...devices].map(({ queue }) => queue.onSubmittedWorkDone()));
  if (errors.length > 0) throw new Error(errors[0].replace(/\s+/g, ' '));
}

/** The adapter as the first device tells it. */
export function adapterInfo() {
  const [device] = devices;
  const { vendor = '', architecture = '', device: name = '', description = '' } = device?.adapterInfo ?? {};
  return { vendor, architecture, device: name, description };
}
