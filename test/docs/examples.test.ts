/** The examples in the documentation of the sources run, and show what is true. */
import * as np from 'numgrad';
import { afterEach, describe, expect, test } from 'vitest';
import { allExamples } from '../../scripts/api.mjs';
import { claimsOf } from './run.ts';

const defaults = np.get_printoptions();
afterEach(() => np.set_printoptions(defaults));

describe('examples', () => {
  test.each(allExamples())('$file:$line', ({ code }) => {
    for (const { claimed, actual } of claimsOf(code)) {
      expect(actual.includes(claimed) ? claimed : actual[0]).toBe(claimed);
    }
  });
});
