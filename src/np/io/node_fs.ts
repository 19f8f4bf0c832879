/** Node's file system (also Deno's and Bun's), found at run time: browsers and their bundlers never meet `node:fs`. */
import type * as fs from 'node:fs';

type FileSystem = typeof fs;

interface NodeProcess {
  readonly versions?: { readonly node?: string };
  getBuiltinModule?(name: 'node:fs'): FileSystem;
}

const process = (globalThis as { process?: NodeProcess }).process;

/**
 * Node before 20.16 has no `process.getBuiltinModule`. There the module is imported in the background when this file is
 * loaded. Awaiting it here would make every importer asynchronous, which `require` refuses.
 */
let imported: FileSystem | undefined;
if (process?.versions?.node && !process.getBuiltinModule) {
  const name = ['node', 'fs'].join(':'); // not a literal, which bundlers would try to resolve
  void import(/* @vite-ignore */ /* webpackIgnore: true */ name).then((found: FileSystem) => {
    imported = found;
  });
}

/**
 * The file system of the platform.
 *
 * @throws Error Where there is none, or not yet.
 */
export function nodeFs(): FileSystem {
  const found = process?.getBuiltinModule?.('node:fs') ?? imported;
  if (!found) {
    throw new Error(
      'there are no files here: use bytes instead, as in np.load(bytes) and np.save(null, a) (Node before 20.16 has them only after the first await)',
    );
  }
  return found;
}
