/** The checksum of zip archives: CRC-32 with the polynomial 0xEDB88320, four bytes at a time ("slicing by 4"). */

/** Table k holds the checksum of each byte followed by k zero bytes. Built when first needed. */
let tables: readonly Uint32Array[] | undefined;

function buildTables(): readonly Uint32Array[] {
  const [t0, t1, t2, t3] = [0, 1, 2, 3].map(() => new Uint32Array(256)) as [
    Uint32Array,
    Uint32Array,
    Uint32Array,
    Uint32Array,
  ];
  for (let byte = 0; byte < 256; byte++) {
    let crc = byte;
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1;
    t0[byte] = crc;
  }
  for (const [from, to] of [
    [t0, t1],
    [t1, t2],
    [t2, t3],
  ] as const) {
    for (let byte = 0; byte < 256; byte++) to[byte] = (from[byte] >>> 8) ^ t0[from[byte] & 255];
  }
  return [t0, t1, t2, t3];
}

/**
 * The CRC-32 of bytes.
 *
 * @param bytes - what follows the bytes that `crc` is the checksum of.
 * @param crc - the checksum so far.
 */
export function crc32(bytes: Uint8Array, crc = 0): number {
  const [t0, t1, t2, t3] = (tables ??= buildTables()) as [Uint32Array, Uint32Array, Uint32Array, Uint32Array];
  let state = ~crc;
  let i = 0;
  for (const end = bytes.length - 3; i < end; i += 4) {
    state ^= bytes[i] | (bytes[i + 1] << 8) | (bytes[i + 2] << 16) | (bytes[i + 3] << 24);
    state = t3[state & 255] ^ t2[(state >>> 8) & 255] ^ t1[(state >>> 16) & 255] ^ t0[state >>> 24];
  }
  for (; i < bytes.length; i++) state = (state >>> 8) ^ t0[(state ^ bytes[i]) & 255];
  return ~state >>> 0;
}
