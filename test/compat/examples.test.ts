/** The examples in the documentation of compat/ run, and show what is true. */
import nj from 'numgrad/compat/numjs';
import { describe, expect, test } from 'vitest';
import { allExamples } from '../../scripts/api.mjs';
import { claimsOf } from '../docs/run.ts';

const examples = allExamples('compat/numjs/index.ts').filter(({ file }) => file.startsWith('compat/'));

describe('examples of compat/numjs', () => {
  test.each(examples)('$file:$line', async ({ code }) => {
    for (const { claimed, actual } of await claimsOf(code, { nj })) {
      expect(actual.includes(claimed) ? claimed : actual[0]).toBe(claimed);
    }
  });
});
