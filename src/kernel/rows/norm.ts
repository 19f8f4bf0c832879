/** Rows brought to mean 0 and variance 1, or to mean square 1, and the derivatives. */
import { k, lift } from '../build.ts';
import type { Expr } from '../ir.ts';
import type { Row } from './program.ts';

/** Which norm. */
export interface NormForm {
  /** Whether the mean is subtracted. */
  readonly centered: boolean;
  readonly weight: boolean;
  readonly bias: boolean;
}

/** The mean, and 1 / sqrt(mean square deviation + eps). */
function moments<P>(row: Row<P>, x: P, eps: Expr, { centered }: NormForm): { mean: Expr; scale: Expr } {
  const mean = centered
    ? row.let(
        k.div(
          row.sum([x], (a) => a),
          row.count,
        ),
      )
    : lift(0, row.type);
  const square = row.sum([x], (a) => {
    const d = centered ? k.sub(a, mean) : a;
    return k.mul(d, d);
  });
  const variance = k.div(square, row.count);
  return { mean, scale: row.let(k.div(lift(1, row.type), k.sqrt(k.add(variance, eps)))) };
}

const normalized = (a: Expr, mean: Expr, scale: Expr, { centered }: NormForm): Expr =>
  k.mul(centered ? k.sub(a, mean) : a, scale);

/** (x, out, weight?, bias?) */
export const norm =
  (form: NormForm) =>
  <P>(row: Row<P>, [x, out, ...affine]: readonly P[], [eps]: readonly Expr[]): void => {
    const { mean, scale } = moments(row, x, eps, form);
    row.map(out, [x, ...affine], (a, ...rest) => {
      const y = normalized(a, mean, scale, form);
      const scaled = form.weight ? k.mul(y, rest[0]) : y;
      return form.bias ? k.add(scaled, rest[rest.length - 1]) : scaled;
    });
  };

/** (gradient, x, gradient of x, weight?, sums of the gradient of weight?, of bias?): the sums are added to. */
export const normGradient =
  (form: NormForm) =>
  <P>(row: Row<P>, [g, x, out, ...affine]: readonly P[], [eps]: readonly Expr[]): void => {
    const { mean, scale } = moments(row, x, eps, form);
    const [weight, weightSums] = form.weight ? affine : [];
    const weights = weight ? [weight] : [];
    const weighted = (a: Expr, w: Expr | undefined): Expr => (w ? k.mul(a, w) : a);
    const [along, across] = row.reduce('add', [g, x, ...weights], (a, c, w) => {
      const own = weighted(a, w);
      return [k.mul(own, normalized(c, mean, scale, form)), own];
    });
    const slope = row.let(k.div(along, row.count));
    const shift = row.let(k.div(across, row.count));
    row.map(out, [g, x, ...weights], (a, c, w) => {
      const own = form.centered ? k.sub(weighted(a, w), shift) : weighted(a, w);
      return k.mul(scale, k.sub(own, k.mul(normalized(c, mean, scale, form), slope)));
    });
    if (weightSums) {
      row.addTo(weightSums, [g, x], (a, c) => k.mul(a, normalized(c, mean, scale, form)));
    }
    if (form.bias) {
      row.addTo(affine[affine.length - 1], [g], (a) => a);
    }
  };
