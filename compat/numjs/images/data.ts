/** `nj.images.data`: numjs's sample images, as far as they are small and free. */
import * as np from '../../../src/index.ts';
import type { NDArray } from '../../../src/index.ts';
import { errors } from '../errors.ts';
import { NdArray } from '../ndarray.ts';
import { Selection } from '../selection.ts';

/** Rows 5 to 24 and columns 4 to 23 of a digit of the MNIST database; the rest is 0. Two hexadecimal digits each. */
const FIVE = [
  '0000000000000000031212127e88af1aa6fff77f',
  '000000001e245e9aaafdfdfdfdfde1acfdf2c340',
  '00000031eefdfdfdfdfdfdfdfdfb5d5252382700',
  '00000012dbfdfdfdfdfdc6b6f7f1000000000000',
  '00000000509c6bfdfdcd0b002b9a000000000000',
  '00000000000e019afd5a00000000000000000000',
  '000000000000008bfdbe02000000000000000000',
  '000000000000000bbefd46000000000000000000',
  '000000000000000023f1e1a06c01000000000000',
  '00000000000000000051f0fdfd77190000000000',
  '000000000000000000002dbafdfd961b00000000',
  '0000000000000000000000105dfcfdbb00000000',
  '00000000000000000000000000f9fdf940000000',
  '000000000000000000002e82b7fdfdcf02000000',
  '00000000000000002794e5fdfdfdfab600000000',
  '0000000000001872ddfdfdfdfdc94e0000000000',
  '000000001742d5fdfdfdfdc65102000000000000',
  '000012abdbfdfdfdfdc350090000000000000000',
  '37ace2fdfdfdfdf4850b00000000000000000000',
  '88fdfdfdd4878410000000000000000000000000',
];

function digitFive(): NdArray {
  const image = np.zeros([28, 28], 'uint8') as NDArray;
  const bytes = FIVE.map((row) => row.match(/../g)!.map((byte) => parseInt(byte, 16)));
  image.set('5:25, 4:24', bytes);
  return new NdArray(new Selection(image));
}

function notIncluded(name: string): never {
  throw new errors.NotImplementedError(
    `the sample image ${name} is not part of numgrad; read a file with nj.images.read(path)`,
  );
}

/** A 28 x 28 digit as `digit` and `five`. The photographs and the logo that numjs brings are not included: they throw. */
export const data = {
  get digit(): NdArray {
    return digitFive();
  },
  get five(): NdArray {
    return digitFive();
  },
  get lena(): NdArray {
    return notIncluded('lena');
  },
  get lenna(): NdArray {
    return notIncluded('lenna');
  },
  get moon(): NdArray {
    return notIncluded('moon');
  },
  get node(): NdArray {
    return notIncluded('node');
  },
};
