/** The rows of views that follow from entries, worked out again as if some bodies had never been. */
import type { Entry, IndexRow, View } from "./log.ts";
import { isRemoval } from "./record.ts";

/**
 * What to write so that no row rests on erased bodies: rows that change, and those that go.
 *
 * @param entries All entries of the subjects concerned, in their order.
 * @param isErased Whose bodies go; `all`: every row of the entries goes.
 */
export function rowsWithout(
  views: readonly View[],
  entries: readonly Entry[],
  isErased: ((entry: Entry) => boolean) | "all",
): readonly IndexRow[] {
  const gone = removedUpTo(entries);
  const kept = entries.filter((entry) => !isGone(gone, entry));
  const bare = isErased === "all"
    ? []
    : kept.map((entry) =>
      isErased(entry) ? { ...entry, bodyText: null } : entry
    );
  return views.flatMap((view) => {
    const before = rowsOf(view, kept);
    const after = rowsOf(view, bare);
    const deleted = [...before.keys()].filter((key) => !after.has(key))
      .map((key) => ({ view: view.name, key, data: null }));
    const changed = [...after.values()].filter((row) =>
      JSON.stringify(row) !== JSON.stringify(before.get(row.key))
    );
    return [...deleted, ...changed.map(({ unique: _, ...row }) => row)];
  });
}

/** The offset up to which each subject of each channel was removed. */
export type Gone = ReadonlyMap<string, number>;

export function removedUpTo(
  entries: Iterable<Pick<Entry, "channel" | "subject" | "offset" | "bodyText">>,
  known: Gone = new Map(),
): Gone {
  const found = [...entries].filter(({ bodyText }) => isRemoval(bodyText))
    .map((entry) => [placeOf(entry), entry.offset] as const);
  return found.length === 0 ? known : new Map([...known, ...found]);
}

/** Reports whether an entry was removed with its subject: no row may follow from it again. */
export function isGone(
  gone: Gone,
  entry: Pick<Entry, "channel" | "subject" | "offset">,
): boolean {
  return entry.offset <= (gone.get(placeOf(entry)) ?? 0);
}

/** The rows that stand after the last entry. */
function rowsOf(
  view: View,
  entries: readonly Entry[],
): ReadonlyMap<string, IndexRow> {
  const index = view.create?.() ?? view.index;
  const rows = new Map<string, IndexRow>();
  for (const row of entries.flatMap((entry) => index(entry))) {
    if (row.view !== view.name) continue;
    if (row.data === null) rows.delete(row.key);
    else rows.set(row.key, row);
  }
  return rows;
}

function placeOf({ channel, subject }: Pick<Entry, "channel" | "subject">) {
  return JSON.stringify([channel, subject]);
}
