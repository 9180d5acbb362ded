/** How large a live decision may be: what people can still talk about. */

export const MAX_ALTERNATIVES = 200;
export const MAX_CRITERIA = 30;
/** Cells of a live matrix: more is for files, not for people who talk about it. */
export const MAX_CELLS = 4_000;
/** Cells times people: they are put together on each change, on the loop that delivers. */
export const MAX_SCORES = 100_000;
