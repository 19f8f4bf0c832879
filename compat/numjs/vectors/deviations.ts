/** The recorded calls that are not met, by line, and why. docs/compat-numjs.md lists the same reasons. */

const NOT_SET = 'arrays hold numbers: elements that are not set are NaN, not undefined';
const OWN_MEMORY =
  'the result has memory of its own size, where numjs copies all of the memory that its operand is a view of';

export const DEVIATIONS: ReadonlyMap<number, string> = /* @__PURE__ */ new Map([
  ...[111, 112, 113, 114, 115].map((line) => [line, NOT_SET] as const),
  ...[157, 158, 165, 166, 167, 168].map((line) => [line, OWN_MEMORY] as const),
]);

/** `config.printThreshold` when these calls were recorded. */
export const PRINT_THRESHOLDS: ReadonlyMap<number, number> = /* @__PURE__ */ new Map([
  [324, 4],
  [325, 4],
]);
