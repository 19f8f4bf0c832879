import fc from 'fast-check';
import { expect, test } from 'vitest';
import { bitsToHalf, halfToBits } from '../../../src/array/half.ts';
import { decimalDigits, FLOAT16, FLOAT32, FLOAT64 } from '../../../src/array/print/digits.ts';
import type { DigitRequest } from '../../../src/array/print/digits.ts';
import { positional, scientific, SHORTEST } from '../../../src/array/print/floats.ts';

const FORMATS = [
  { name: 'float16', format: FLOAT16, round: (x: number) => bitsToHalf(halfToBits(x)) },
  { name: 'float32', format: FLOAT32, round: Math.fround },
  { name: 'float64', format: FLOAT64, round: (x: number) => x },
];

/** Finite numbers of a format, powers of two and neighbours of powers of ten among them. */
function numbers(round: (x: number) => number): fc.Arbitrary<number> {
  const powers = fc.integer({ min: -1074, max: 1023 }).map((e) => 2 ** e);
  const near = fc
    .tuple(fc.integer({ min: -30, max: 30 }), fc.constantFrom(-1, 0, 1))
    .map(([e, ulp]) => 10 ** e * (1 + ulp * 2 ** -52));
  return fc
    .oneof(fc.double({ noNaN: true }), fc.float({ noNaN: true }), powers, near)
    .map(round)
    .filter(Number.isFinite);
}

for (const { name, format, round } of FORMATS) {
  test(`the shortest digits of a ${name} read back as the same number`, () => {
    fc.assert(
      fc.property(numbers(round), (x) => {
        expect(round(Number(positional(x, format, SHORTEST)))).toBe(x);
        expect(round(Number(scientific(x, format, SHORTEST)))).toBe(x);
      }),
      { numRuns: 2000 },
    );
  });

  test(`no shorter text of a ${name} reads back as the same number`, () => {
    const request: DigitRequest = { unique: true, fractional: false, precision: -1, minDigits: -1 };
    fc.assert(
      fc.property(
        numbers(round).map((x) => Math.abs(x)),
        (x) => {
          const { digits } = decimalDigits(x, format, request);
          if (digits.length > 1) expect(round(Number(x.toExponential(digits.length - 2)))).not.toBe(x);
        },
      ),
      { numRuns: 2000 },
    );
  });
}

test('exact digits of a double are those of toFixed, except that ties go to even', () => {
  const exact = { ...SHORTEST, unique: false };
  fc.assert(
    fc.property(
      fc.double({ min: -1e20, max: 1e20, noNaN: true }),
      fc.integer({ min: 1, max: 39 }),
      (x, precision) => {
        // With a bit below 2**-40 a number is no tie at fewer than 40 digits.
        fc.pre((x * 2 ** 40) % 1 !== 0);
        expect(positional(x, FLOAT64, { ...exact, precision })).toBe(x.toFixed(precision));
      },
    ),
  );
  expect(positional(0.5, FLOAT64, { ...exact, precision: 0 })).toBe('0.');
  expect(positional(1.5, FLOAT64, { ...exact, precision: 0 })).toBe('2.');
  expect(positional(0.125, FLOAT64, { ...exact, precision: 2 })).toBe('0.12');
  expect(positional(0.375, FLOAT64, { ...exact, precision: 2 })).toBe('0.38');
});

test('the smallest and the largest numbers', () => {
  expect(scientific(5e-324, FLOAT64, SHORTEST)).toBe('5.e-324');
  expect(scientific(2 ** -149, FLOAT32, SHORTEST)).toBe('1.e-45');
  expect(scientific(2 ** -24, FLOAT16, SHORTEST)).toBe('6.e-08');
  expect(scientific(Number.MAX_VALUE, FLOAT64, SHORTEST)).toBe('1.7976931348623157e+308');
  expect(scientific(3.4028234663852886e38, FLOAT32, SHORTEST)).toBe('3.4028235e+38');
  expect(positional(65504, FLOAT16, SHORTEST)).toBe('65500.');
});

test('digits stop where a narrow gap below a power of two asks for one more', () => {
  expect(scientific(2 ** -44, FLOAT64, SHORTEST)).toBe('5.684341886080802e-14');
  expect(scientific(9007199254740992, FLOAT64, SHORTEST)).toBe('9.007199254740992e+15');
});
