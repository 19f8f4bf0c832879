/** A complex scalar: what indexing a complex array gives, and a weak operand like Python's `complex`. */
export class Complex {
  readonly re: number;
  readonly im: number;

  constructor(re: number, im = 0) {
    this.re = re;
    this.im = im;
  }

  /** Python's text: `(1+2j)`, `2j`. */
  toString(): string {
    const im = `${number(this.im)}j`;
    if (Object.is(this.re, 0)) return im;
    const sign = this.im < 0 || Object.is(this.im, -0) ? '' : '+';
    return `(${number(this.re)}${sign}${im})`;
  }
}

function number(x: number): string {
  if (Number.isNaN(x)) return 'nan';
  if (!Number.isFinite(x)) return x > 0 ? 'inf' : '-inf';
  return Object.is(x, -0) ? '-0' : String(x);
}
