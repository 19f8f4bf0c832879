/** Bind groups: which buffers a dispatch uses. To make one takes longer than to dispatch, so they are kept. */
import { RuntimeError, ValueError } from '../../array/errors.ts';
import type { GridKernel } from '../../kernel/grid/build.ts';
import { GpuBytes, wholeWords } from './bytes.ts';
import type { Block } from './bytes.ts';
import { Check } from './checks.ts';
import type { GpuLimits } from './context.ts';
import type { Layout } from './pipelines.ts';
import type { Sections } from './wgsl/access.ts';

/** What a kernel's buffer is in a launch: bytes, a part of them, or where it says that it failed. */
export type GpuBinding = GpuBytes | GpuRange | Check;

export interface GpuRange {
  readonly bytes: GpuBytes;
  /** A multiple of the limit `minStorageBufferOffsetAlignment`. */
  readonly offset: number;
  /** In bytes; rounded up to a multiple of 4. */
  readonly size: number;
}

/** A binding as WebGPU has it. */
export interface Bound {
  readonly block: Block;
  readonly offset: number;
  readonly size: number;
}

/** The bindings of a launch. */
export interface Bounds {
  readonly bounds: readonly Bound[];
  /** Which buffers have several of them; null if none has. */
  readonly sections: Sections | null;
}

/**
 * The bindings of a launch, checked: what WebGPU would only tell later, and of no kernel in particular, is thrown now. A buffer that is
 * larger than a binding may be gets several.
 *
 * @throws ValueError, RuntimeError naming the kernel
 */
export function boundTo(
  kernel: GridKernel,
  bindings: readonly GpuBinding[],
  limits: Pick<GpuLimits, LimitOfBindings>,
): Bounds {
  const { name, buffers } = kernel;
  const { maxStorageBufferBindingSize: largest, minStorageBufferOffsetAlignment: alignment } = limits;
  if (bindings.length !== buffers.length)
    throw new ValueError(`kernel ${name} takes ${buffers.length} buffers, not ${bindings.length}`);
  const bounds: Bound[] = [];
  let isLarge = false;
  for (let i = 0; i < bindings.length; i++) {
    const bound = bind(bindings[i]!);
    if (bound.offset % alignment !== 0)
      throw new ValueError(
        `kernel ${name}: ${buffers[i]!.name} can be bound from multiples of ${alignment} on, not from ${bound.offset}`,
      );
    isLarge ||= bound.size > largest;
    bounds.push(bound);
    for (let j = 0; j < i; j++)
      if (bounds[j]!.block === bound.block) checkShared(name, buffers[j]!, bounds[j]!, buffers[i]!, bound);
  }
  return isLarge ? inSections(kernel, bounds, limits) : { bounds, sections: null };
}

type LimitOfBindings =
  'maxStorageBufferBindingSize' | 'minStorageBufferOffsetAlignment' | 'maxStorageBuffersPerShaderStage';

/** The most bytes of a section, which the next one can begin behind. */
const sectionSize = ({
  maxStorageBufferBindingSize: largest,
  minStorageBufferOffsetAlignment: alignment,
}: Pick<GpuLimits, LimitOfBindings>): number => largest - (largest % alignment);

/** How many bindings so many bytes take. */
export function bindingsFor(byteLength: number, limits: Pick<GpuLimits, LimitOfBindings>): number {
  if (byteLength <= limits.maxStorageBufferBindingSize) return 1;
  return Math.ceil(byteLength / sectionSize(limits));
}

/** Bindings of which those that are too large are cut. */
function inSections(
  { name, buffers }: GridKernel,
  wholes: readonly Bound[],
  limits: Pick<GpuLimits, LimitOfBindings>,
): Bounds {
  const bytes = sectionSize(limits);
  const cut = wholes.map((whole, i): Bound[] => {
    // An incomplete vector at the end is not reached.
    const size = buffers[i]!.type === 'u32x4' ? whole.size - (whole.size % 16) : whole.size;
    if (size <= limits.maxStorageBufferBindingSize) return [{ ...whole, size }];
    return Array.from({ length: Math.ceil(size / bytes) }, (_, s) => ({
      block: whole.block,
      offset: whole.offset + s * bytes,
      size: Math.min(bytes, size - s * bytes),
    }));
  });
  const bounds = cut.flat();
  const most = limits.maxStorageBuffersPerShaderStage;
  if (bounds.length > most)
    throw new ValueError(
      `kernel ${name}: buffers of ${wholes.map(({ size }) => size).join(', ')} bytes need ${bounds.length} bindings of at most ` +
        `${limits.maxStorageBufferBindingSize} bytes, and the device has ${most} at a time`,
    );
  return { bounds, sections: { bytes, counts: cut.map(({ length }) => length) } };
}

/** The bytes that a binding is a part of; null for a check. */
export function boundBytes(binding: GpuBinding): GpuBytes | null {
  if (binding instanceof GpuBytes) return binding;
  return binding instanceof Check ? null : binding.bytes;
}

function bind(binding: GpuBinding): Bound {
  if (binding instanceof Check) return bind(binding.page);
  if (binding instanceof GpuBytes)
    return { block: binding.block, offset: binding.offset, size: binding.boundSize };
  const { bytes, offset, size } = binding;
  if (!(offset >= 0 && size > 0 && offset + size <= wholeWords(bytes.byteLength)))
    throw new RangeError(`bytes [${offset}, ${offset + size}) of ${bytes.byteLength} bytes on the GPU`);
  return { block: bytes.block, offset: bytes.offset + offset, size: wholeWords(size) };
}

/** WebGPU lets a dispatch have a buffer twice if it only reads it, or only writes it in separate places. */
function checkShared(
  kernel: string,
  first: GridKernel['buffers'][number],
  a: Bound,
  second: GridKernel['buffers'][number],
  b: Bound,
): void {
  if (first.access === 'read' && second.access === 'read') return;
  const apart = a.offset + a.size <= b.offset || b.offset + b.size <= a.offset;
  if (apart && first.access !== 'read' && second.access !== 'read') return;
  throw new RuntimeError(
    `kernel ${kernel}: ${first.name} and ${second.name} cannot be in the same GPUBuffer when one of them is written`,
  );
}

/** A node of a trie: the path to it is the buffers bound so far. Blocks that are collected take their branches along. */
class Node {
  group: GPUBindGroup | null = null;
  readonly #whole = new WeakMap<Block, Node>();
  #parts: WeakMap<Block, Map<string, Node>> | null = null;

  next({ block, offset, size }: Bound): Node {
    if (offset === 0 && size === block.size) {
      let node = this.#whole.get(block);
      if (!node) this.#whole.set(block, (node = new Node()));
      return node;
    }
    this.#parts ??= new WeakMap();
    let parts = this.#parts.get(block);
    if (!parts) this.#parts.set(block, (parts = new Map()));
    const key = `${offset}:${size}`;
    let node = parts.get(key);
    if (!node) parts.set(key, (node = new Node()));
    return node;
  }
}

/** Bind groups in a generation of the cache. */
const MOST = 1024;

/** The cache: bind groups that were not used for long are dropped, and those of buffers that are gone. */
export class Bindings {
  readonly #device: GPUDevice;
  readonly #uniforms: GPUBuffer;
  #young = new Map<Layout, Node>();
  #old = new Map<Layout, Node>();
  #count = 0;

  constructor(device: GPUDevice, uniforms: GPUBuffer) {
    this.#device = device;
    this.#uniforms = uniforms;
  }

  get(layout: Layout, bounds: readonly Bound[], label: string): GPUBindGroup {
    const node = walk(this.#young, layout, bounds);
    return (node.group ??= this.#promoted(layout, bounds, label));
  }

  #promoted(layout: Layout, bounds: readonly Bound[], label: string): GPUBindGroup {
    const group =
      (this.#old.has(layout) ? walk(this.#old, layout, bounds).group : null) ??
      this.#make(layout, bounds, label);
    if (++this.#count >= MOST) {
      this.#old = this.#young;
      this.#young = new Map();
      this.#count = 0;
    }
    return group;
  }

  #make({ bindGroup, uniformSize }: Layout, bounds: readonly Bound[], label: string): GPUBindGroup {
    const resources = bounds.map(({ block, offset, size }) => ({ buffer: block.buffer, offset, size }));
    resources.push({ buffer: this.#uniforms, offset: 0, size: uniformSize });
    return this.#device.createBindGroup({
      layout: bindGroup,
      entries: resources.map((resource, binding) => ({ binding, resource })),
      label,
    });
  }

  /** Forgets all. */
  clear(): void {
    this.#young.clear();
    this.#old.clear();
  }
}

function walk(roots: Map<Layout, Node>, layout: Layout, bounds: readonly Bound[]): Node {
  let node = roots.get(layout);
  if (!node) roots.set(layout, (node = new Node()));
  for (const bound of bounds) node = node.next(bound);
  return node;
}
