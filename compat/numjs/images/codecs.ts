/** The packages that read and write image files, loaded when a file is: `pngjs` and `jpeg-js`, neither of which numgrad installs. */
import { loadPackage } from './node.ts';

/** Pixels as both packages hold them: red, green, blue and opacity, row by row. */
export interface Pixels {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8Array;
}

/** A format of files. */
export interface Codec {
  readonly extensions: readonly string[];
  /** Whether bytes begin as files of this format do. */
  matches(bytes: Uint8Array): boolean;
  decode(bytes: Uint8Array): Pixels;
  encode(pixels: Pixels): Uint8Array;
}

interface PngPackage {
  readonly PNG: {
    readonly sync: { read(bytes: Uint8Array): Pixels; write(pixels: Pixels): Uint8Array };
  };
}

interface JpegPackage {
  decode(bytes: Uint8Array, options: { useTArray: boolean }): Pixels;
  encode(pixels: Pixels, quality: number): { readonly data: Uint8Array };
}

/** What is left of the quality of JPEG files, in percent. */
const QUALITY = 90;

const startsWith = (bytes: Uint8Array, ...start: number[]): boolean =>
  start.every((byte, i) => bytes[i] === byte);

export const CODECS: readonly Codec[] = [
  {
    extensions: ['png'],
    matches: (bytes) => startsWith(bytes, 0x89, 0x50, 0x4e, 0x47),
    decode: (bytes) => (loadPackage('pngjs') as PngPackage).PNG.sync.read(bytes),
    encode: (pixels) => (loadPackage('pngjs') as PngPackage).PNG.sync.write(pixels),
  },
  {
    extensions: ['jpg', 'jpeg'],
    matches: (bytes) => startsWith(bytes, 0xff, 0xd8),
    decode: (bytes) => (loadPackage('jpeg-js') as JpegPackage).decode(bytes, { useTArray: true }),
    encode: (pixels) => (loadPackage('jpeg-js') as JpegPackage).encode(pixels, QUALITY).data,
  },
];
