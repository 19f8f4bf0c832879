/** The options that decide how arrays print, and their current values. */
import type { Complex } from '../complex.ts';
import type { Scalar } from '../element.ts';
import { ValueError } from '../errors.ts';
import type { NDArray } from '../ndarray.ts';

const FLOAT_MODES = ['fixed', 'unique', 'maxprec', 'maxprec_equal'] as const;
const SIGNS = ['-', '+', ' '] as const;

/** The kinds of elements that a formatter can be given for, and the groups that set several kinds. */
const FORMATTER_KEYS = [
  'bool',
  'int',
  'float',
  'complexfloat',
  'all',
  'int_kind',
  'float_kind',
  'complex_kind',
];

/** NumPy's keys for element types that have no arrays here: accepted, so that ported code runs, and without effect. */
const UNUSED_FORMATTER_KEYS = [
  'longfloat',
  'longcomplexfloat',
  'timedelta',
  'datetime',
  'object',
  'void',
  'numpystr',
  'str_kind',
];

/** Makes the text of one element. */
// The parameter's type depends on the key that the function stands under, which one signature cannot say.
export type ElementFormatter = (value: never) => string;

/** Element formatters by kind: `bool`, `int`, `float`, `complexfloat`, or a group: `all`, `int_kind`, ... */
export interface Formatters {
  readonly bool?: ((value: boolean) => string) | null;
  readonly int?: ((value: number | bigint) => string) | null;
  readonly float?: ((value: number) => string) | null;
  readonly complexfloat?: ((value: Complex) => string) | null;
  readonly all?: ((value: Scalar) => string) | null;
  readonly int_kind?: ((value: number | bigint) => string) | null;
  readonly float_kind?: ((value: number) => string) | null;
  readonly complex_kind?: ((value: Complex) => string) | null;
  readonly [key: string]: ElementFormatter | null | undefined;
}

/** How the `precision` option is read; see {@link PrintOptions}. */
export type FloatMode = (typeof FLOAT_MODES)[number];

/** How positive numbers show their sign: not at all, with a plus, or with a space. */
export type SignMode = (typeof SIGNS)[number];

/** NumPy's print options. */
export interface PrintOptions {
  /** Elements shown at each end of a summarised axis (3). */
  readonly edgeitems: number;
  /** Arrays of more elements than this are summarised (1000). */
  readonly threshold: number;
  /**
   * `'fixed'`: always `precision` digits after the point; `'unique'`: as many as identify the value; `'maxprec'`: the
   * same, but at most `precision`; `'maxprec_equal'`: the same, as many for each element ('maxprec').
   */
  readonly floatmode: FloatMode;
  /** Digits after the decimal point (8). */
  readonly precision: number;
  /** Never use scientific notation because of small values or large ratios (false). */
  readonly suppress: boolean;
  /** Characters per line (75). */
  readonly linewidth: number;
  /** Text of NaN ('nan'). */
  readonly nanstr: string;
  /** Text of infinity ('inf'). */
  readonly infstr: string;
  readonly sign: SignMode;
  readonly formatter: Formatters | null;
  /** NumPy's older styles are not offered. */
  readonly legacy: false;
  /** Makes the whole repr of an array, if given. */
  readonly override_repr: ((a: NDArray) => string) | null;
}

/** Options given by a caller: those left out or null stay as they are. */
export type GivenPrintOptions = { readonly [K in keyof PrintOptions]?: PrintOptions[K] | null | undefined };

const DEFAULTS: PrintOptions = {
  edgeitems: 3,
  threshold: 1000,
  floatmode: 'maxprec',
  precision: 8,
  suppress: false,
  linewidth: 75,
  nanstr: 'nan',
  infstr: 'inf',
  sign: '-',
  formatter: null,
  legacy: false,
  override_repr: null,
};

let current: PrintOptions = DEFAULTS;

/** The options in force. */
export function currentOptions(): PrintOptions {
  return current;
}

/**
 * Changes the options in force. As in NumPy, `formatter` and `override_repr` go back to null if they are not given.
 *
 * @param given - the options to change
 * @throws TypeError, ValueError if an option is unknown or has no meaning; nothing is changed then
 */
export function changeOptions(given: GivenPrintOptions): void {
  current = { ...current, formatter: null, override_repr: null, ...checkedOptions(given) };
}

/** Options in force while this object lives: `using _ = scopedOptions({ precision: 2 })`. */
export interface OptionsScope extends Disposable {
  /** The options as they were when the scope began. */
  readonly options: PrintOptions;
}

/**
 * Changes the options in force until the result is disposed.
 *
 * @param given - the options to change
 * @returns an object for `using`, or whose `[Symbol.dispose]()` puts the former options back
 * @throws TypeError, ValueError as {@link changeOptions} does
 */
export function scopedOptions(given: GivenPrintOptions): OptionsScope {
  const former = current;
  changeOptions(given);
  return {
    options: { ...current },
    [Symbol.dispose]() {
      current = former;
    },
  };
}

/**
 * The given options without those that are null or undefined, checked.
 *
 * @throws TypeError if an option is unknown or of the wrong type; ValueError if its value has no meaning
 */
export function checkedOptions(given: GivenPrintOptions): Partial<PrintOptions> {
  const checked: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(given)) {
    if (!Object.hasOwn(CHECKS, name)) {
      throw new TypeError(`'${name}' is no print option; the options are ${Object.keys(CHECKS).join(', ')}`);
    }
    if (value != null) checked[name] = CHECKS[name as keyof PrintOptions](value, name);
  }
  return checked;
}

type Check = (value: unknown, name: string) => unknown;

const CHECKS: Readonly<Record<keyof PrintOptions, Check>> = {
  edgeitems: count,
  threshold: limit,
  floatmode: oneOf(FLOAT_MODES),
  precision: count,
  suppress: (value) => Boolean(value),
  linewidth: limit,
  nanstr: text,
  infstr: text,
  sign: oneOf(SIGNS),
  formatter: formatters,
  legacy: notLegacy,
  override_repr: callable,
};

function count(value: unknown, name: string): number {
  if (typeof value === 'bigint') return count(Number(value), name);
  if (typeof value !== 'number' || !Number.isInteger(value))
    throw new TypeError(`${name} must be an integer`);
  if (value < 0) throw new ValueError(`${name} must be >= 0`);
  return value;
}

function limit(value: unknown, name: string): number {
  if (typeof value === 'bigint') return Number(value);
  if (typeof value !== 'number') throw new TypeError(`${name} must be numeric`);
  if (Number.isNaN(value)) throw new ValueError(`${name} must be non-NAN, try Infinity for no limit`);
  return value;
}

function text(value: unknown, name: string): string {
  if (typeof value !== 'string') throw new TypeError(`${name} must be a string`);
  return value;
}

function oneOf(choices: readonly string[]): Check {
  return (value, name) => {
    if (choices.includes(value as string)) return value;
    throw new ValueError(
      `${name} option must be one of ${choices.map((choice) => `"${choice}"`).join(', ')}`,
    );
  };
}

function formatters(value: unknown): unknown {
  if (typeof value !== 'object') throw new TypeError('formatter must be an object of functions');
  const known = [...FORMATTER_KEYS, ...UNUSED_FORMATTER_KEYS];
  for (const [key, format] of Object.entries(value as object)) {
    if (!known.includes(key)) {
      throw new TypeError(`formatter has no key '${key}'; the keys are ${FORMATTER_KEYS.join(', ')}`);
    }
    if (format != null) callable(format, `formatter.${key}`);
  }
  return value;
}

function notLegacy(value: unknown): unknown {
  if (value !== false) throw new ValueError('legacy printing option can currently only be false');
  return value;
}

function callable(value: unknown, name: string): unknown {
  if (typeof value !== 'function') throw new TypeError(`${name} must be a function`);
  return value;
}
