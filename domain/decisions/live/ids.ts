/** Ids for what people only give names to: readable ones, each once. */

/** Short enough to stand in every entry that names a score. */
const MAX_LENGTH = 24;
/** What every object has: as ids these are refused. */
const TAKEN = ["constructor", "prototype"];

/**
 * One id per label, in their order.
 *
 * @param prefix Where a label has no letter that an id may have: `c`, `c-2` …
 */
export function idsFrom(
  labels: readonly string[],
  prefix: string,
): readonly string[] {
  const taken = new Set(TAKEN);
  return labels.map((label) => {
    const plain = label.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase()
      .replaceAll(/[^a-z0-9]+/g, "-").slice(0, MAX_LENGTH)
      .replaceAll(/^-+|-+$/g, "");
    const base = plain === "" ? prefix : plain;
    let id = base;
    for (let n = 2; taken.has(id); n++) id = `${base}-${n}`;
    taken.add(id);
    return id;
  });
}
