/** Every public name is documented, every function with an example. */
import { expect, test } from 'vitest';
import { publicNames } from '../../scripts/api.mjs';

const names = publicNames().filter(({ aliasOf }) => aliasOf === undefined);
const functions = names.filter(({ kind }) => kind === 'function');

test('every public name says what it is', () => {
  expect(names.filter(({ summary }) => summary === '').map(({ name }) => name)).toEqual([]);
});

test('every public function has an example', () => {
  expect(functions.filter(({ hasExample }) => !hasExample).map(({ name }) => name)).toEqual([]);
});
