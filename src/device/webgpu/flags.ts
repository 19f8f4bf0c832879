/** Bits of WebGPU's flags. They are global objects in browsers and Deno, but not in Node. */

export const USAGE = {
  mapRead: 0x1,
  copyFrom: 0x4,
  copyTo: 0x8,
  uniform: 0x40,
  storage: 0x80,
  queryResolve: 0x200,
} as const;

/** How buffers of bytes are used: by kernels and as both ends of copies. */
export const BYTES_USAGE = USAGE.storage | USAGE.copyFrom | USAGE.copyTo;

export const MAP_TO_READ = 0x1;

export const IN_COMPUTE_STAGE = 0x4;
