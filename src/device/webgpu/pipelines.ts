/** Compiled kernels. */
import { RuntimeError, ValueError } from '../../array/errors.ts';
import type { GridKernel } from '../../kernel/grid/build.ts';
import type { Context } from './context.ts';
import { IN_COMPUTE_STAGE } from './flags.ts';
import type { Sections } from './wgsl/access.ts';
import { paramWords, printWgsl } from './wgsl/printer.ts';

/** What kernels with the same kinds of buffers share. */
export interface Layout {
  readonly bindGroup: GPUBindGroupLayout;
  readonly pipeline: GPUPipelineLayout;
  /** Bytes of the binding for parameters, at least as many as the kernel reads. */
  readonly uniformSize: number;
}

export interface Pipeline {
  readonly kernel: GridKernel;
  readonly layout: Layout;
  readonly pipeline: GPUComputePipeline;
  /** Why it cannot run, once that is known. */
  error: Error | null;
}

const LEAST_UNIFORM = 256;

/** Texts for which pipelines are kept, while their kernels may be gone. */
const MOST_TEXTS = 1024;

/** Compiles kernels, each once; those that are printed alike share a pipeline. */
export class Pipelines {
  readonly #context: Context;
  readonly #ofKernel = new WeakMap<GridKernel, Pipeline>();
  /** Those for buffers in sections, by the numbers of sections. */
  readonly #inSections = new WeakMap<GridKernel, Map<string, Pipeline>>();
  readonly #ofText = new Map<string, Pipeline>();
  readonly #layouts = new Map<string, Layout>();
  /** Pipelines made so far. */
  compiled = 0;

  constructor(context: Context) {
    this.#context = context;
  }

  /**
   * The pipeline of a kernel.
   *
   * @param sections - of the buffers that have more than one binding, if there are any
   * @throws ValueError if it needs more than the device has.
   * @throws RuntimeError if it is known that it does not compile.
   */
  get(kernel: GridKernel, sections: Sections | null = null): Pipeline {
    const pipeline =
      sections === null
        ? (this.#ofKernel.get(kernel) ?? this.#make(kernel))
        : this.#forSections(kernel, sections);
    if (pipeline.error !== null) throw pipeline.error;
    return pipeline;
  }

  #make(kernel: GridKernel): Pipeline {
    const pipeline = this.#printed(kernel, null);
    this.#ofKernel.set(kernel, pipeline);
    return pipeline;
  }

  #forSections(kernel: GridKernel, sections: Sections): Pipeline {
    let known = this.#inSections.get(kernel);
    if (!known) this.#inSections.set(kernel, (known = new Map()));
    const key = sections.counts.join();
    let pipeline = known.get(key);
    if (!pipeline) known.set(key, (pipeline = this.#printed(kernel, sections)));
    return pipeline;
  }

  #printed(kernel: GridKernel, sections: Sections | null): Pipeline {
    const layout = this.#layoutOf(kernel, sections);
    const text = printWgsl(kernel, sections);
    let pipeline = this.#ofText.get(text);
    if (!pipeline) {
      pipeline = this.#compile(kernel, layout, text);
      this.#ofText.set(text, pipeline);
      if (this.#ofText.size > MOST_TEXTS) this.#ofText.delete(this.#ofText.keys().next().value!);
    }
    return pipeline;
  }

  #compile(kernel: GridKernel, layout: Layout, text: string): Pipeline {
    const { device } = this.#context;
    const label = kernel.name;
    const { result, outcome } = this.#context.watched(
      'validation',
      () => {
        const module = device.createShaderModule({ code: text, label });
        const compute = { module, entryPoint: 'main' };
        return {
          module,
          pipeline: device.createComputePipeline({ layout: layout.pipeline, compute, label }),
        };
      },
      (message, { module }) => compileError(kernel.name, module, text, message),
    );
    this.compiled++;
    const pipeline: Pipeline = { kernel, layout, pipeline: result.pipeline, error: null };
    void outcome.then((error) => (pipeline.error = error));
    return pipeline;
  }

  #layoutOf(kernel: GridKernel, sections: Sections | null): Layout {
    const { name, params } = kernel;
    const buffers = kernel.buffers.flatMap((buffer, i) =>
      Array.from({ length: sections?.counts[i] ?? 1 }, () => buffer),
    );
    const { limits } = this.#context;
    if (buffers.length > limits.maxStorageBuffersPerShaderStage)
      throw new ValueError(
        `kernel ${name} needs ${buffers.length} buffers, and the device has ${limits.maxStorageBuffersPerShaderStage} at a time`,
      );
    const uniformSize = Math.max(LEAST_UNIFORM, 2 ** Math.ceil(Math.log2(4 * paramWords(kernel))));
    if (uniformSize > limits.maxUniformBufferBindingSize)
      throw new ValueError(`kernel ${name} has too many parameters: ${params.length}`);
    const signature = `${buffers.map(({ access }) => (access === 'read' ? 'r' : 'w')).join('')}${uniformSize}`;
    let layout = this.#layouts.get(signature);
    if (!layout) this.#layouts.set(signature, (layout = this.#makeLayout(buffers, uniformSize)));
    return layout;
  }

  #makeLayout(buffers: GridKernel['buffers'], uniformSize: number): Layout {
    const { device } = this.#context;
    const kinds = buffers.map(({ access }): GPUBufferBindingLayout => ({
      type: access === 'read' ? 'read-only-storage' : 'storage',
    }));
    kinds.push({ type: 'uniform', hasDynamicOffset: true, minBindingSize: uniformSize });
    const bindGroup = device.createBindGroupLayout({
      entries: kinds.map((buffer, binding) => ({ binding, visibility: IN_COMPUTE_STAGE, buffer })),
    });
    return {
      bindGroup,
      pipeline: device.createPipelineLayout({ bindGroupLayouts: [bindGroup] }),
      uniformSize,
    };
  }
}

async function compileError(
  name: string,
  module: GPUShaderModule,
  text: string,
  message: string,
): Promise<RuntimeError> {
  const { messages } = await module.getCompilationInfo();
  const found = messages.find(({ type }) => type === 'error');
  if (!found) return new RuntimeError(`kernel ${name} does not compile: ${message}`);
  const line = text.split('\n')[found.lineNum - 1] ?? '';
  return new RuntimeError(
    `kernel ${name} does not compile: ${found.message} (line ${found.lineNum}: \`${line.trim()}\`)`,
  );
}
