/** The examples in the documentation of the sources run, and show what is true. */
import * as np from 'numgrad';
import { afterEach, describe, expect, test } from 'vitest';
import { allExamples } from '../../scripts/api.mjs';
import { claimsOf } from './run.ts';

const defaults = np.get_printoptions();
afterEach(() => np.set_printoptions(defaults));

/** Those on a GPU run where there is one: test/webgpu/examples.test.ts. */
const examples = allExamples().filter(({ code }) => !code.includes("'webgpu'"));

describe('examples', () => {
  test.each(examples)('$file:$line', async ({ code }) => {
    for (const { claimed, actual } of await claimsOf(code)) {
      expect(actual.includes(claimed) ? claimed : actual[0]).toBe(claimed);
    }
  });
});
