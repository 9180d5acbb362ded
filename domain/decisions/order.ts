/** Order of numbers by value, which all who rank and all who compare pairs begin with. */

/** Longest run that is sorted by insertion. */
const RUN = 8;

/**
 * Indices of the values, the least first; equals in input order. A merge of short runs, since a
 * sort that calls back for each comparison takes more than twice as long.
 */
export function ascendingOrder(values: readonly number[]): Uint32Array {
  const size = values.length;
  const keys = new Float64Array(values);
  let order = new Uint32Array(size);
  let spare = new Uint32Array(size);
  for (let start = 0; start < size; start += RUN) {
    sortRun(order, keys, { start, end: Math.min(start + RUN, size) });
  }
  for (let run = RUN; run < size; run *= 2) {
    mergeRuns(order, keys, { into: spare, run });
    [order, spare] = [spare, order];
  }
  return order;
}

function sortRun(
  order: Uint32Array,
  keys: Float64Array,
  { start, end }: { readonly start: number; readonly end: number },
): void {
  for (let one = start; one < end; one++) {
    let place = one;
    for (; place > start && keys[order[place - 1]] > keys[one]; place--) {
      order[place] = order[place - 1];
    }
    order[place] = one;
  }
}

/** Merges each sorted run with its neighbour. */
function mergeRuns(
  order: Uint32Array,
  keys: Float64Array,
  { into, run }: { readonly into: Uint32Array; readonly run: number },
): void {
  const size = order.length;
  for (let start = 0; start < size; start += 2 * run) {
    const middle = Math.min(start + run, size);
    const end = Math.min(start + 2 * run, size);
    let left = start;
    let right = middle;
    for (let place = start; place < end; place++) {
      const takesLeft = right === end ||
        left < middle && keys[order[left]] <= keys[order[right]];
      into[place] = takesLeft ? order[left++] : order[right++];
    }
  }
}
