/** A mistake in what was asked, with its place. */

export interface Mistake {
  readonly path: readonly (string | number)[];
  readonly message: string;
}

/** What is wrong in this many places is wrong as a whole. */
export const MAX_MISTAKES = 20;

export function perCriterion(got: number, size: number): string {
  return `Not one per criterion: ${got}, where the matrix has ${size}`;
}
