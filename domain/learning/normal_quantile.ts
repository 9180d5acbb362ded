/** Quantiles of the standard normal distribution. */

/** Coefficients of a quotient of two polynomials, lowest power first. */
interface Quotient {
  readonly over: readonly number[];
  readonly under: readonly number[];
}

const MIDDLE: Quotient = {
  over: [
    3.3871328727963666080,
    133.14166789178437745,
    1971.5909503065514427,
    13731.693765509461125,
    45921.953931549871457,
    67265.770927008700853,
    33430.575583588128105,
    2509.0809287301226727,
  ],
  under: [
    1,
    42.313330701600911252,
    687.18700749205790830,
    5394.1960214247511077,
    21213.794301586595867,
    39307.895800092710610,
    28729.085735721942674,
    5226.4952788528545610,
  ],
};
const TAIL: Quotient = {
  over: [
    1.42343711074968357734,
    4.63033784615654529590,
    5.76949722146069140550,
    3.64784832476320460504,
    1.27045825245236838258,
    0.241780725177450611770,
    0.0227238449892691845833,
    0.000774545014278341407640,
  ],
  under: [
    1,
    2.05319162663775882187,
    1.67638483018380384940,
    0.689767334985100004550,
    0.148103976427480074590,
    0.0151986665636164571966,
    0.000547593808499534494600,
    1.05075007164441684324e-9,
  ],
};
const FAR_TAIL: Quotient = {
  over: [
    6.65790464350110377720,
    5.46378491116411436990,
    1.78482653991729133580,
    0.296560571828504891230,
    0.0265321895265761230930,
    0.00124266094738807843860,
    2.71155556874348757815e-5,
    2.01033439929228813265e-7,
  ],
  under: [
    1,
    0.599832206555887937690,
    0.136929880922735805310,
    0.0148753612908506148525,
    0.000786869131145613259100,
    1.84631831751005468180e-5,
    1.42151175831644588870e-7,
    2.04426310338993978564e-15,
  ],
};

/**
 * The point below which a standard normal variable falls with probability `share`.
 * Source: M. J. Wichura, AS 241, Applied Statistics 37 (1988); relative error about 1e-16.
 *
 * @throws {RangeError} If `share` is not above 0 and below 1.
 */
export function normalQuantile(share: number): number {
  if (!(share > 0 && share < 1)) {
    throw new RangeError(
      `Cannot take a quantile: share must be above 0 and below 1, got ${share}`,
    );
  }
  const away = share - 0.5;
  if (Math.abs(away) <= 0.425) {
    return away * valueOf(MIDDLE, 0.180625 - away * away);
  }
  const depth = Math.sqrt(-Math.log(Math.min(share, 1 - share)));
  const point = depth <= 5
    ? valueOf(TAIL, depth - 1.6)
    : valueOf(FAR_TAIL, depth - 5);
  return Math.sign(away) * point;
}

function valueOf({ over, under }: Quotient, at: number): number {
  const horner = (terms: readonly number[]) =>
    terms.reduceRight((sum, term) => sum * at + term, 0);
  return horner(over) / horner(under);
}
