/** Modules as text, in PyTorch's form. */

/** @param inner - the modules inside, with their names */
export function moduleText(
  name: string,
  extra: string,
  inner: readonly [string, { toString(): string }][],
): string {
  const own = extra === '' ? [] : extra.split('\n');
  if (inner.length === 0 && own.length <= 1) return `${name}(${extra})`;
  const children = inner.map(([key, module]) => `(${key}): ${module.toString().replaceAll('\n', '\n  ')}`);
  return `${name}(\n  ${[...own, ...children].join('\n  ')}\n)`;
}

/** Options as they are printed: `kernelSize=[3, 3], stride=1, bias=true`; those that are null or undefined are left out. */
export function optionsText(options: Readonly<Record<string, unknown>>): string {
  return Object.entries(options)
    .filter(([, value]) => value !== null && value !== undefined)
    .map(([name, value]) => `${name}=${valueText(value)}`)
    .join(', ');
}

function valueText(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(valueText).join(', ')}]`;
  if (typeof value === 'function') return value.name || 'function';
  return String(value);
}
