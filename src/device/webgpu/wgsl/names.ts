/** Names in WGSL: as the kernel has them, but valid, unlike every other, and not the language's own. */

/** Keywords and reserved words of the WGSL specification (section 15.2, 15.4), and what this printer uses of the predeclared. */
const RESERVED = `
alias break case const const_assert continue continuing default diagnostic discard else enable false fn for if let loop override
requires return struct switch true var while
NULL Self abstract active alignas alignof as asm asm_fragment async attribute auto await become cast catch class co_await co_return
co_yield coherent column_major common compile compile_fragment concept const_cast consteval constexpr constinit crate debugger
decltype delete demote demote_to_helper do dynamic_cast enum explicit export extends extern external fallthrough filter final
finally friend from fxgroup get goto groupshared highp impl implements import inline instanceof interface layout lowp macro
macro_rules match mediump meta mod module move mut mutable namespace new nil noexcept noinline nointerpolation non_coherent
noncoherent noperspective null nullptr of operator package packoffset partial pass patch pixelfragment precise precision premerge
priv protected pub public readonly ref regardless register reinterpret_cast require resource restrict self set shared sizeof smooth
snorm static static_assert static_cast std subroutine super target template this thread_local throw trait try type typedef typeid
typename typeof union unless unorm unsafe unsized use using varying virtual volatile wgsl where with writeonly yield
bool i32 u32 f32 f16 vec4 array atomic ptr bitcast select all any abs min max clamp floor ceil trunc round sqrt dot
countLeadingZeros countTrailingZeros countOneBits workgroupBarrier storageBarrier workgroupUniformLoad atomicLoad atomicStore
atomicAdd atomicAnd atomicOr atomicXor atomicMin atomicMax atomicExchange atomicCompareExchangeWeak`
  .trim()
  .split(/\s+/);

/** The names of one scope: those of the scope around it are taken. */
export class Names {
  private readonly taken: Set<string>;

  constructor(outer?: Names) {
    this.taken = new Set(outer ? outer.taken : RESERVED);
  }

  /** A name like `wanted` that was not given out before. */
  fresh(wanted: string): string {
    const base = wanted.replace(/\W/g, '_').replace(/^(?=\d|_)/, 'n');
    let name = base;
    for (let i = 1; this.taken.has(name); i++) name = `${base}_${i}`;
    this.taken.add(name);
    return name;
  }
}
