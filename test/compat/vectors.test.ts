/** What numjs 0.16.1 itself answered, replayed. */
import { describe, expect, test } from 'vitest';
import { readVectors, replayVector } from '../../conformance/numjs.ts';
import { DEVIATIONS } from '../../compat/numjs/vectors/deviations.ts';

const outcomes = readVectors().map(replayVector);

describe('recorded calls of numjs', () => {
  test('are all there', () => {
    expect(outcomes.length).toBe(345);
  });

  test('are met, but for those with a reason', () => {
    const unexplained = outcomes.filter(({ met, reason }) => !met && reason === undefined);
    expect(unexplained.map(({ vector, difference }) => `${vector.op} ${vector.line}: ${difference}`)).toEqual(
      [],
    );
  });

  test('have no reason where they are met', () => {
    const differing = outcomes.filter(({ met }) => !met).map(({ vector }) => vector.line);
    expect(differing).toEqual([...DEVIATIONS.keys()]);
  });
});
