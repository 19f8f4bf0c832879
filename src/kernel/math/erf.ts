/**
 * The error function. For doubles fdlibm's s_erf.c (Sun Microsystems, freely granted): rational functions on four ranges of |x|. For
 * float32 the two polynomials of ARM's optimized-routines (erff.c, MIT licence).
 */
import { k } from '../build.ts';
import type { Expr } from '../ir.ts';
import { byPrecision, choose, polynomial, upperPart } from './common.ts';
import { exp } from './exp.ts';

/** (erf x - x) / x by x^2, for |x| < 0.84375. */
const SMALL = {
  p: [
    1.28379167095512558561e-1, -3.2504210724700149937e-1, -2.84817495755985104766e-2,
    -5.77027029648944159157e-3, -2.37630166566501626084e-5,
  ],
  q: [
    1, 3.97917223959155352819e-1, 6.50222499887672944485e-2, 5.08130628187576562776e-3,
    1.32494738004321644526e-4, -3.9602282787753681232e-6,
  ],
};

/** erf x - ONE by |x| - 1, for |x| < 1.25. */
const ONE = 8.45062911510467529297e-1;
const MIDDLE = {
  p: [
    -2.36211856075265944077e-3, 4.14856118683748331666e-1, -3.72207876035701323847e-1,
    3.18346619901161753674e-1, -1.10894694282396677476e-1, 3.54783043256182359371e-2,
    -2.166375594868790843e-3,
  ],
  q: [
    1, 1.06420880400844228286e-1, 5.40397917702171048937e-1, 7.18286544141962662868e-2,
    1.26171219808761642112e-1, 1.36370839120290507362e-2, 1.1984499846799107417e-2,
  ],
};

/** log(x erfc x) + x^2 + 0.5625 by 1 / x^2, for |x| < 1 / 0.35, and beyond. */
const LARGE = {
  p: [
    -9.86494403484714822705e-3, -6.93858572707181764372e-1, -1.05586262253232909814e1,
    -6.23753324503260060396e1, -1.62396669462573470355e2, -1.84605092906711035994e2,
    -8.12874355063065934246e1, -9.81432934416914548592,
  ],
  q: [
    1, 1.96512716674392571292e1, 1.376577541435190426e2, 4.34565877475229228821e2, 6.45387271733267880336e2,
    4.29008140027567833386e2, 1.08635005541779435134e2, 6.57024977031928170135, -6.04244152148580987438e-2,
  ],
};
const LARGEST = {
  p: [
    -9.86494292470009928597e-3, -7.99283237680523006574e-1, -1.77579549177547519889e1,
    -1.60636384855821916062e2, -6.37566443368389627722e2, -1.02509513161107724954e3,
    -4.83519191608651397019e2,
  ],
  q: [
    1, 3.03380607434824582924e1, 3.25792512996573918826e2, 1.53672958608443695994e3, 3.19985821950859553908e3,
    2.55305040643316442583e3, 4.74528541206955367215e2, -2.24409524465858183362e1,
  ],
};

const rational = (x: Expr, { p, q }: typeof SMALL): Expr => k.div(polynomial(x, p), polynomial(x, q));

/** From here on erf is 1 to the last bit. */
const END = 6;

function erfDouble(x: Expr): Expr {
  const a = k.pmin(k.abs(x), END);
  // The exponential never sees what the other ranges are for.
  const far = k.pmax(a, 1.25);
  const upper = upperPart(far);
  const s = k.div(1, k.mul(far, far));
  const tail = k.select(k.lt(far, 1 / 0.35), rational(s, LARGE), rational(s, LARGEST));
  const square = exp(k.sub(-0.5625, k.mul(upper, upper)));
  const rest = exp(k.add(k.mul(k.sub(upper, far), k.add(upper, far)), tail));
  const complement = k.div(k.mul(square, rest), far);
  const value = choose(
    [
      [k.lt(a, 0.84375), k.add(a, k.mul(a, rational(k.mul(a, a), SMALL)))],
      [k.lt(a, 1.25), k.add(rational(k.sub(a, 1), MIDDLE), ONE)],
      [k.lt(a, END), k.sub(1, complement)],
    ],
    k.select(k.eq(a, END), 1, a),
  );
  return k.copysign(value, x);
}

/** (erf x - x) / x by x^2, for |x| < 0.875. */
const SHORT_SMALL = [
  0.12837915122509003, -0.37612485885620117, 0.11281802505254745, -0.02676673424243927, 0.004993395886570215,
  -0.0005991049692973495,
];
/** (-log(1 - erf x) - x) / x by x, below 4. */
const SHORT_LARGE = [
  0.12871751189231873, 0.6348466873168945, 0.1067778468132019, -0.024254560470581055, 0.003883934346958995,
  -0.00038320868043228984, 1.729489304125309e-5,
];

function erfSingle(x: Expr): Expr {
  const a = k.pmin(k.abs(x), 4);
  const near = k.add(a, k.mul(a, polynomial(k.mul(a, a), SHORT_SMALL)));
  const power = k.add(a, k.mul(a, polynomial(a, SHORT_LARGE)));
  return k.copysign(k.select(k.lt(a, 0.875), near, k.sub(1, exp(k.neg(power)))), x);
}

/** 2 / sqrt(pi) times the integral of exp(-t^2) from 0 to x. */
export const erf = /* @__PURE__ */ byPrecision(erfSingle, erfDouble);
