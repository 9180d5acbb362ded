/** Rebuilds the views whose version changed, from the log's entries alone. */
import type { FeedPage } from "./feed.ts";
import type { View } from "./log.ts";
import { type PackedRow, packRow } from "./packed.ts";
import { type Gone, isGone, removedUpTo } from "./reindex.ts";

const PAGE_ENTRIES = 1_000;

export interface ViewStore {
  readonly versions: Readonly<Record<string, number>>;
  readonly read: (after: number, limit: number) => Promise<FeedPage>;
  readonly put: (
    view: string,
    rows: readonly PackedRow[],
    step: { readonly clear: boolean; readonly version: number | null },
  ) => Promise<void>;
}

/** Until its last page is in, a view has no version: a rebuild cut short starts over. */
export async function rebuildViews(
  store: ViewStore,
  views: readonly View[],
): Promise<void> {
  const stale = views.filter(({ name, version }) =>
    store.versions[name] !== version
  );
  if (stale.length === 0) return;
  // Found first, since it is said behind what it speaks of.
  const gone = await findRemoved(store);
  for (const { name, version, index, create } of stale) {
    const rowsOf = create?.() ?? index;
    await store.put(name, [], { clear: true, version: null });
    let after = 0;
    while (true) {
      const { entries, cursor } = await store.read(after, PAGE_ENTRIES);
      if (entries.length === 0) break;
      const rows = entries.filter((entry) => !isGone(gone, entry))
        .flatMap((entry) => rowsOf(entry)).map(packRow);
      await store.put(
        name,
        rows.filter(([view]) => view === name),
        { clear: false, version: null },
      );
      after = cursor;
    }
    await store.put(name, [], { clear: false, version });
  }
}

async function findRemoved({ read }: ViewStore): Promise<Gone> {
  let gone: Gone = new Map();
  for (let after = 0;;) {
    const { entries, cursor } = await read(after, PAGE_ENTRIES);
    if (entries.length === 0) return gone;
    gone = removedUpTo(entries, gone);
    after = cursor;
  }
}
