/** A device that is lost, and errors that are found late: told clearly, and nothing else is harmed. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildSync } from 'esbuild';
import { expect, test } from 'vitest';
import './device.ts';
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
  expect(() => np.add(x.detach(), host.detach().to('webgpu'))).toThrow(/device/);
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
