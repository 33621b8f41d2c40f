/** Points in (0, 1) and weights that integrate polynomials up to degree 2 · length − 1 exactly. */
export interface Quadrature {
  readonly length: number;
  readonly points: Float64Array;
  readonly weights: Float64Array;
  /** `1 / (1 − point)`. */
  readonly fromEnd: Float64Array;
}

const rules: Quadrature[] = [];

/** The rule of Gauss and Legendre over 0 … 1. */
export function quadrature(length: number): Quadrature {
  return (rules[length] ??= gaussLegendre(length));
}

/** Newton's method on the roots of Legendre's polynomial (Press et al., "Numerical Recipes", 4.6). */
function gaussLegendre(length: number): Quadrature {
  const points = new Float64Array(length);
  const weights = new Float64Array(length);
  for (let k = 0; k < length; k++) {
    let x = Math.cos((Math.PI * (k + 0.75)) / (length + 0.5));
    let slope = 1;
    for (let step = 0; step < 100; step++) {
      const [value, before] = legendre(length, x);
      slope = (length * (x * value - before)) / (x * x - 1);
      const next = x - value / slope;
      const settled = Math.abs(next - x) < 1e-16;
      x = next;
      if (settled) break;
    }
    points[k] = (1 - x) / 2;
    weights[k] = 1 / ((1 - x * x) * slope * slope);
  }
  return { length, points, weights, fromEnd: points.map((point) => 1 / (1 - point)) };
}

/** Legendre's polynomials of one degree and of the one before it, at `x`. */
function legendre(degree: number, x: number): [number, number] {
  let value = x;
  let before = 1;
  for (let n = 2; n <= degree; n++) {
    [value, before] = [((2 * n - 1) * x * value - (n - 1) * before) / n, value];
  }
  return [value, before];
}
