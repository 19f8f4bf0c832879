/** A device that is lost, and errors that are found late: told clearly, and nothing else is harmed. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildSync } from 'esbuild';
import { expect, test } from 'vitest';
import { openDevice } from './device.ts';
import * as np from 'numgrad';

test('a lost device ends what waits for it, and another one can be opened', async () => {
  const { gpu } = await np.device('webgpu');
  const host = np.tensor([1, 2, 3], { requiresGrad: true });
  const x = host.to('webgpu');
  const y = np.sum(np.square(x)) as unknown as np.Tensor;
  const pending = [y.array(), x.cpu()];
  gpu.device.destroy();
  const settled = await Promise.allSettled(pending);
  for (const { status, reason } of settled as PromiseRejectedResult[]) {
    expect(status).toBe('rejected');
    expect(reason).toBeInstanceOf(np.RuntimeError);
    expect((reason as Error).message).toMatch(/^the WebGPU device was lost: /);
  }
  expect(np.device.report().lost).toMatch(/lost/);
  // Whatever needs the device says so.
  await expect(x.array()).rejects.toThrow('the WebGPU device was lost');
  expect(() => np.tensor([1], { device: 'webgpu' })).toThrow('the WebGPU device was lost');
  expect(() => host.to('webgpu')).toThrow('the WebGPU device was lost');
  expect(() => np.cumsum(x)).toThrow('the WebGPU device was lost');
  // The processor goes on.
  np.sum(np.square(host)).backward();
  expect(host.grad!.tolist()).toEqual([2, 4, 6]);
  // And so does a new device.
  const second = await np.device('webgpu');
  expect(second.gpu).not.toBe(gpu);
  expect((await host.to('webgpu').mul(2).detach().array()).tolist()).toEqual([2, 4, 6]);
  expect(() => np.add(x.detach(), host.detach().to('webgpu'))).toThrow('the WebGPU device was lost');
});

test('after a loss nothing can be done with what was there, and what is made on a new device works', async () => {
  const { gpu } = await np.device('webgpu');
  const make = (): np.Tensor => np.tensor([1, 2, 3], { device: 'webgpu', requiresGrad: true });
  const [x, plain] = [make(), make().detach()];
  const loss = np.sum(np.square(x)) as unknown as np.Tensor;
  const model = new np.nn.Linear(3, 2).to('webgpu');
  const optimizer = new np.optim.SGD([x], { lr: 0.1 });
  gpu.device.destroy();
  await gpu.device.lost;
  const calls: Record<string, () => unknown> = {
    'a lazy operation': () => np.exp(plain),
    'an operation with a list': () => np.add(plain, [1, 2, 3]),
    'a sum': () => np.sum(plain),
    set: () => plain.set(0, 1),
    fill: () => plain.fill(1),
    'in place': () => plain.add_(1),
    'a copy': () => plain.clone(),
    'a random number': () => np.randn(2, { device: 'webgpu' }),
    zeros_like: () => np.zeros_like(plain),
    backward: () => loss.backward(),
    'a layer': () => model.call(plain),
    step: () => {
      x.grad = plain;
      optimizer.step();
    },
    gpuBuffer: () => plain.gpuBuffer(),
    to: () => plain.to('webgpu'),
  };
  const check = (): void => {
    for (const [name, call] of Object.entries(calls))
      expect(call, name).toThrow('the WebGPU device was lost');
  };
  check();
  await np.device('webgpu');
  delete calls['a random number'];
  check();
  for (const read of [
    () => plain.array(),
    () => plain.cpu(),
    () => (plain.get(0) as unknown as np.Tensor).array(),
  ])
    await expect(read()).rejects.toThrow('the WebGPU device was lost');
  const y = make();
  (np.sum(np.square(y)) as unknown as np.Tensor).backward();
  expect((await y.grad!.array()).tolist()).toEqual([2, 4, 6]);
  // What only the processor knows of the old ones is still there.
  expect([plain.shape, plain.dtype.name]).toEqual([[3], 'float32']);
  expect(() => plain.dispose()).not.toThrow();
});

test('tensors of two devices do not mix, and move through the processor', async () => {
  const first = await np.device('webgpu');
  const old = np.tensor([1, 2, 3], { device: 'webgpu' });
  const second = await np.device('webgpu', { device: await openDevice() });
  const young = np.tensor([1, 1, 1], { device: 'webgpu' });
  for (const call of [() => np.add(old, young), () => np.add(young, old), () => young.add_(old)]) {
    expect(call).toThrow(np.RuntimeError);
    expect(call).toThrow(
      /two devices, webgpu \d+ \(.+\) and webgpu \d+ \(.+\): .*await tensor\.cpu\(\)\)\.to/,
    );
  }
  const goes =
    /the array is on webgpu \d+ \(.+\) and can't go to webgpu \d+ \(.+\) at once: .*await tensor\.cpu\(\)/;
  for (const call of [
    () => old.to('webgpu'),
    () => old.to(second),
    () => young.to({ device: first }),
    () => np.tensor(old, { device: 'webgpu' }),
  ])
    expect(call).toThrow(goes);
  const moved = (await old.cpu()).to('webgpu');
  expect((await (np.add(moved, young) as unknown as np.Tensor).array()).tolist()).toEqual([2, 3, 4]);
  const back = (await young.cpu()).to(first);
  expect((await (np.add(old, back) as unknown as np.Tensor).array()).tolist()).toEqual([2, 3, 4]);
  expect(old.to(first)).toBe(old);
  const model = new np.nn.Linear(3, 1, { device: first });
  expect(() => model.to(second)).toThrow(goes);
  expect((await (model.call(old) as unknown as np.Tensor).detach().array()).shape).toEqual([1]);
  // What tells of the device that an array lies on does so for both.
  expect(old.gpuBuffer().buffer).not.toBe(young.gpuBuffer().buffer);
  second.gpu.device.destroy();
  await second.gpu.device.lost;
  // What was opened before can be chosen again.
  expect(await np.device('webgpu', { device: first.gpu.device })).toBe(first);
  expect((await old.array()).tolist()).toEqual([1, 2, 3]);
});

test('an array that no buffer can hold is refused at the call', async () => {
  const { gpu } = await np.device('webgpu');
  const n = gpu.limits.maxBufferSize / 4 + 1;
  const small = np.tensor([1], { device: 'webgpu' });
  const large = np.add(np.broadcast_to(small, [n]), 1) as unknown as np.Tensor;
  expect(() => np.cumsum(large)).toThrow(np.MemoryError);
  await expect(large.array()).rejects.toThrow(`a buffer there has at most ${gpu.limits.maxBufferSize}`);
  expect((await small.add(1).detach().array()).tolist()).toEqual([2]);
});

test('errors of WebGPU reject the next read, and only that', async () => {
  const { gpu } = await np.device('webgpu');
  const usage = GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_SRC | GPUBufferUsage.COPY_DST;
  const buffer = gpu.device.createBuffer({ size: 16, usage });
  const shared = np.fromGPUBuffer({ buffer, shape: [4], dtype: 'float32' });
  buffer.destroy();
  shared.add_(1);
  await expect(shared.array()).rejects.toThrow(/WebGPU refused commands .*destroyed/s);
  expect((await np.tensor([1], { device: 'webgpu' }).array()).tolist()).toEqual([1]);
});

test('values that are on the GPU are not read by accident', async () => {
  await np.device('webgpu');
  const x = np.add(np.tensor([1, 2], { device: 'webgpu' }), 1) as unknown as np.Tensor;
  for (const read of [() => x.tolist(), () => np.max(x).item(), () => x.numpy()])
    expect(read).toThrow(/await tensor\.(cpu|array)\(\)/);
  expect(() => np.tensor([1n], { device: 'webgpu' })).toThrow(/int32/);
  expect(() => x.astype('float64')).toThrow(/float32/);
});

test('a program that trains and waits for nothing ends by itself, cleanly', () => {
  const root = fileURLToPath(new URL('../../', import.meta.url));
  const folder = mkdtempSync(join(root, 'node_modules/.exit-'));
  const program = `
    import * as np from './numgrad.mjs';
    await np.device('webgpu');
    const model = new np.nn.Linear(4, 3).to('webgpu');
    const optimizer = new np.optim.Adam(model.parameters(), { lr: 0.1 });
    for (let i = 0; i < 20; i++) {
      const x = np.randn(8, 4, { device: 'webgpu' });
      const loss = np.mean(np.square(model.call(x)));
      optimizer.zeroGrad();
      loss.backward();
      optimizer.step();
      if (i % 5 === 0) void loss.detach().array();
    }
    console.log('trained');`;
  buildSync({
    entryPoints: [join(root, 'src/index.ts')],
    bundle: true,
    format: 'esm',
    platform: 'node',
    target: 'es2022',
    outfile: join(folder, 'numgrad.mjs'),
    logLevel: 'error',
  });
  const file = join(folder, 'program.mjs');
  writeFileSync(file, program);
  const env = { ...process.env, NODE_OPTIONS: '' };
  const { status, stdout, stderr } = spawnSync(process.execPath, [file], {
    encoding: 'utf8',
    timeout: 50_000,
    env,
  });
  rmSync(folder, { recursive: true });
  expect({ status, stdout, stderr }).toEqual({ status: 0, stdout: 'trained\n', stderr: '' });
});
