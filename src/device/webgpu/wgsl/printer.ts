/**
 * Prints a grid kernel as a module of WGSL.
 *
 * The bits of a kernel's results are those of ir.ts, but for what WGSL leaves to the processor: subnormal numbers may be taken for
 * zero in arithmetic, a quotient may be off by 2.5 ULP and a square root by a few, a product and a sum may be contracted to one
 * rounding. What must be rounded as written is computed of `opaque` values.
 */
import type { GridKernel } from '../../../kernel/grid/build.ts';
import type { BufferArray, GridArray } from '../../../kernel/grid/ir.ts';
import type { KernelFunction, Local, Stmt, Table } from '../../../kernel/ir.ts';
import { Narrowing } from '../../../kernel/narrow.ts';
import type { Sections } from './access.ts';
import { SectionedBuffer } from './access.ts';
import { Contents } from './contents.ts';
import type { Module } from './function.ts';
import { FunctionPrinter } from './function.ts';
import { Helpers } from './helpers.ts';
import { bitsOf, hex, isPlainFloat, literal } from './literals.ts';
import { returns, usageOf } from './locals.ts';
import { Names } from './names.ts';
import type { Term } from './operations.ts';
import { Operations } from './operations.ts';
import { wgslType } from './types.ts';
import { Trail } from './values.ts';

type Place = 'local' | 'group' | 'groups';

/** The built-in values that places are computed of. */
const LOCAL_INDEX = '@builtin(local_invocation_index) local_index: u32';
const GROUP_ID = '@builtin(workgroup_id) group_id: vec3<u32>';
const GROUP_COUNTS = '@builtin(num_workgroups) group_counts: vec3<u32>';
const INPUTS = ['local_index', 'group_id', 'group_counts'];

/** A launch spreads its workgroups over two axes, because one is too short. */
const PLACES: Readonly<Record<Place, { readonly text: string; readonly inputs: readonly string[] }>> = {
  local: { text: 'i32(local_index)', inputs: [LOCAL_INDEX] },
  group: { text: 'i32(group_id.y * group_counts.x + group_id.x)', inputs: [GROUP_ID, GROUP_COUNTS] },
  groups: { text: 'i32(group_counts.x * group_counts.y)', inputs: [GROUP_COUNTS] },
};

/**
 * The number of words in a kernel's block of parameters, which is bound as a uniform buffer after the kernel's buffers: its
 * parameters, and a zero that the compiler does not know. The block is padded to a multiple of four words.
 */
export function paramWords(kernel: GridKernel): number {
  return kernel.params.length + 1;
}

/**
 * A module of WGSL with the entry point `main`. The buffers are bound at group 0 in the kernel's order, and after them the block of
 * parameters (`paramWords`).
 *
 * @param sections - of buffers that are bound in several sections, one after the other; `null` if each has one binding
 * @throws Error naming the kernel and where in it there is a type or an operation that WGSL lacks, of 64 bits for example.
 */
export function printWgsl(kernel: GridKernel, sections: Sections | null = null): string {
  const trail = new Trail();
  try {
    return new ModulePrinter(kernel, sections, trail).print();
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    throw new Error(`kernel ${kernel.name}: ${[trail.path, error.message].filter(Boolean).join(': ')}`, {
      cause: error,
    });
  }
}

class ModulePrinter implements Module {
  readonly operations: Operations;
  readonly trail: Trail;
  private readonly kernel: GridKernel;
  private readonly body: readonly Stmt[];
  private readonly contents: Contents;
  private readonly helpers: Helpers;
  private readonly names = new Names();
  private readonly arrays = new Map<GridArray, string>();
  private readonly inSections = new Map<GridArray, SectionedBuffer>();
  private readonly tables = new Map<Table, string>();
  private readonly functions = new Map<KernelFunction, string>();
  private readonly block: string;
  private readonly main: string;
  /** The inputs of the entry point that its body reads. */
  private readonly inputs = new Set<string>();
  private inMain = false;

  constructor(kernel: GridKernel, sections: Sections | null, trail: Trail) {
    this.kernel = kernel;
    this.trail = trail;
    this.body = new Narrowing().statements(kernel.body);
    this.contents = new Contents(this.body);
    // All names of the module are taken before a function is printed, so that none of its own hides one.
    for (const name of [...Helpers.names, ...INPUTS]) this.names.fresh(name);
    this.main = this.names.fresh('main');
    this.block = this.names.fresh('params');
    kernel.buffers.forEach((buffer, i) => {
      const count = sections?.counts[i] ?? 1;
      if (count > 1)
        this.inSections.set(buffer, new SectionedBuffer(buffer, count, sections!.bytes, this.names));
      else this.arrays.set(buffer, this.names.fresh(buffer.name));
    });
    for (const array of this.contents.workgroupArrays) this.arrays.set(array, this.names.fresh(array.name));
    for (const table of this.contents.tables) this.tables.set(table, this.names.fresh(table.name));
    for (const fn of this.contents.functions) this.functions.set(fn, this.names.fresh(fn.name));
    this.helpers = new Helpers(this.paramWord(kernel.params.length));
    this.operations = new Operations(this.helpers);
  }

  print(): string {
    const functions = this.contents.functions.map((fn) => this.trail.enter(fn.name, () => this.function(fn)));
    const main = this.entryPoint();
    const enabled = this.contents.exchanges ? ['enable subgroups;'] : [];
    const sections = [
      enabled,
      this.bindings(),
      this.workgroupMemory(),
      this.tableSources(),
      this.helpers.print(),
    ];
    const accesses = [...this.inSections.values()].flatMap((buffer) => buffer.print());
    const texts = [...sections.map((lines) => lines.join('\n')), ...accesses, ...functions, main];
    return texts.filter(Boolean).join('\n\n') + '\n';
  }

  // Module

  get readsWritten(): boolean {
    return this.contents.readsWritten;
  }

  functionName(fn: KernelFunction): string {
    return this.functions.get(fn)!;
  }

  arrayName(array: GridArray): string {
    const name = this.arrays.get(array);
    if (!name) throw new Error(`${array.name} is none of the kernel's buffers`);
    return name;
  }

  sectioned(array: GridArray): SectionedBuffer | undefined {
    return this.inSections.get(array);
  }

  place(which: Place): string {
    if (!this.inMain)
      throw new Error(`the place '${which}' in a function: it is the kernel that knows its place`);
    const { text, inputs } = PLACES[which];
    for (const input of inputs) this.inputs.add(input);
    return text;
  }

  /** Floats of which there may be no literals are kept as their bits. */
  tableElement(table: Table, index: string): Term {
    const element = `${this.tables.get(table)!}[${index}]`;
    return { type: table.type, text: isBits(table) ? `bitcast<f32>(${element})` : element };
  }

  // What stands at module scope

  private bindings(): string[] {
    const words = Math.ceil(paramWords(this.kernel) / 4);
    return [
      ...this.kernel.buffers.flatMap((buffer) => this.storage(buffer)),
      `var<uniform> ${this.block}: array<vec4<u32>, ${words}>;`,
    ].map((variable, i) => `@group(0) @binding(${i}) ${variable}`);
  }

  /** The variables of a buffer. */
  private storage(buffer: BufferArray): string[] {
    const { type, access } = buffer;
    if (access === 'atomic' && type !== 'u32') throw new Error(`${buffer.name}: atomic words of ${type}`);
    const element = access === 'atomic' ? 'atomic<u32>' : wgslType(type);
    const mode = access === 'read' ? 'read' : 'read_write';
    const names = this.sectioned(buffer)?.names ?? [this.arrayName(buffer)];
    return names.map((name) => `var<storage, ${mode}> ${name}: array<${element}>;`);
  }

  private workgroupMemory(): string[] {
    return [...this.contents.workgroupArrays].map((array) => {
      const { type, length, atomic } = array;
      const element = atomic ? `atomic<${wgslType(type)}>` : wgslType(type);
      return `var<workgroup> ${this.arrayName(array)}: array<${element}, ${length}>;`;
    });
  }

  private tableSources(): string[] {
    return [...this.tables].map(([table, name]) => {
      const { type, values } = table;
      const element = isBits(table) ? 'u32' : wgslType(type);
      const items = values.map((value) => (isBits(table) ? hex(bitsOf(type, value)) : literal(type, value)));
      return `const ${name} = array<${element}, ${values.length}>(${items.join(', ')});`;
    });
  }

  private paramWord(i: number): string {
    return `${this.block}[${i >> 2}].${'xyzw'[i & 3]}`;
  }

  private function(fn: KernelFunction): string {
    const names = new Names(this.names);
    const given = new Map<number, string>();
    const usages = usageOf(fn.body);
    const changed: string[] = [];
    const params = fn.params.map((p) => {
      const param = names.fresh(p.name);
      const isChanged = (usages.get(p.id)?.sets ?? 0) > 0;
      given.set(p.id, isChanged ? names.fresh(p.name) : param);
      if (isChanged) changed.push(`  var ${given.get(p.id)} = ${param};`);
      return `${param}: ${wgslType(p.type)}`;
    });
    const lines = new FunctionPrinter(this, names, fn.body, given).print();
    const result = fn.result ? ` -> ${wgslType(fn.result)}` : '';
    const end = fn.result && !returns(fn.body) ? [`  return ${wgslType(fn.result)}();`] : [];
    const head = `fn ${this.functionName(fn)}(${params.join(', ')})${result} {`;
    return [head, ...changed, ...lines, ...end, '}'].join('\n');
  }

  private entryPoint(): string {
    const { params, size } = this.kernel;
    const names = new Names(this.names);
    const usages = usageOf(this.body);
    const given = new Map(params.map((p) => [p.id, names.fresh(p.name)]));
    const read = params
      .map((p, i) => ({ p, i, usage: usages.get(p.id) }))
      .filter(({ usage }) => usage)
      .map(({ p, i, usage }) => `  ${usage!.sets ? 'var' : 'let'} ${given.get(p.id)} = ${this.param(p, i)};`);
    this.inMain = true;
    const lines = new FunctionPrinter(this, names, this.body, given).print();
    const head = [`@compute @workgroup_size(${size})`, `fn ${this.main}(${[...this.inputs].join(', ')}) {`];
    return [...head, ...read, ...lines, '}'].join('\n');
  }

  private param({ type }: Local, i: number): string {
    const word = this.paramWord(i);
    return type === 'u32' ? word : `bitcast<${wgslType(type)}>(${word})`;
  }
}

/** Whether a table has floats that literals cannot be relied on for. */
function isBits({ type, values }: Table): boolean {
  return type === 'f32' && !values.every((value) => isPlainFloat(bitsOf('f32', value)));
}
