/** How arrays show themselves: `String(a)` and `${a}` give NumPy's `str`, `console.log(a)` NumPy's `repr`. */
import { NDArray } from '../../array/ndarray.ts';
import { arrayRepr, arrayStr } from '../../array/print/text.ts';
import { defineMethods } from './define.ts';

defineMethods({
  toString(): string {
    return arrayStr(this);
  },
});

// Node, Deno and Bun ask an object for its text under this symbol, and indent what is nested in other objects.
Object.defineProperty(NDArray.prototype, Symbol.for('nodejs.util.inspect.custom'), {
  value(this: NDArray): string {
    return arrayRepr(this);
  },
});
