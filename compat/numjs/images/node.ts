/** What reading and saving files takes from Node, found at run time so that bundles for browsers do without. */
import type * as buffer from 'node:buffer';
import type * as fs from 'node:fs';
import type * as nodeModule from 'node:module';
import { errors } from '../errors.ts';

interface Builtins {
  'node:buffer': typeof buffer;
  'node:fs': typeof fs;
  'node:module': typeof nodeModule;
}

interface NodeProcess {
  getBuiltinModule?<N extends keyof Builtins>(name: N): Builtins[N];
}

function builtin<N extends keyof Builtins>(name: N): Builtins[N] {
  const { process } = globalThis as { process?: NodeProcess };
  const found = process?.getBuiltinModule?.(name);
  if (!found) throw new errors.NotImplementedError('image files need Node 20.16 or later');
  return found;
}

export const fileSystem = (): typeof fs => builtin('node:fs');

/** Bytes as a Buffer over the same memory. */
export const bufferOf = ({ buffer: memory, byteOffset, length }: Uint8Array): Uint8Array =>
  builtin('node:buffer').Buffer.from(memory, byteOffset, length);

/**
 * A package that is installed beside numgrad.
 *
 * @throws Error naming the package if it is not.
 */
export function loadPackage(name: string): unknown {
  const require = builtin('node:module').createRequire(import.meta.url);
  try {
    return require(name);
  } catch (cause) {
    throw new Error(`this needs the package ${name}: npm install ${name}`, { cause });
  }
}
