import { readFileSync } from 'node:fs';
import * as np from 'numgrad';
import { expect, test } from 'vitest';

const README = readFileSync(new URL('../README.md', import.meta.url), 'utf8');

test('the example of the README prints the text that the README shows', () => {
  const [, code] = /```ts\nimport \* as np from 'numgrad';\n([^]*?)```/.exec(README) ?? [];
  const [, output] = /Both print the same text:\n\n```\n([^]*?)```/.exec(README) ?? [];
  const lines: string[] = [];
  new Function('np', 'console', String(code))(np, { log: (text: unknown) => lines.push(String(text)) });
  expect(lines.join('\n')).toBe(output?.trimEnd());
});
