/** Splits a list so that each part fits one entry. */

/**
 * In their order, as many to a part as fit; one part even where there is nothing. An item
 * that is too long by itself gets a part of its own.
 *
 * @param lengthOf In the same unit as `maxLength`.
 */
export function inParts<Item>(
  items: Iterable<Item>,
  lengthOf: (item: Item) => number,
  maxLength: number,
): readonly (readonly Item[])[] {
  const parts: Item[][] = [[]];
  let length = 0;
  for (const item of items) {
    const more = lengthOf(item);
    if (length > 0 && length + more > maxLength) {
      parts.push([]);
      length = 0;
    }
    parts[parts.length - 1].push(item);
    length += more;
  }
  return parts;
}
