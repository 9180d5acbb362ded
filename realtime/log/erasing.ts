/** Erases bodies of a store together with the view rows that carry them, whatever is written meanwhile. */
import { type Erasure, type ErasureOutcome, isStatement } from "./erasure.ts";
import {
  type Committed,
  type Entry,
  LogConflict,
  LogHeld,
  type Query,
  type Removal,
  type Rows,
  type View,
} from "./log.ts";
import { committedOf, duplicateOf, packCommit, packRow } from "./packed.ts";
import { rowsWithout } from "./reindex.ts";

const PAGE_ENTRIES = 500;
/** Tries while others write to the same place; a removal that never gets its turn is a conflict. */
const MAX_TRIES = 20;

export interface ErasingStore {
  readonly views: readonly View[];
  readonly now: () => number;
  /** Entries of the channel, or of one subject of it, with offset > `after`. */
  readonly read: (
    channel: string,
    subject: string | null,
    after: number,
    limit: number,
  ) => Promise<readonly Entry[]>;
  readonly query: (view: string, query: Query) => Promise<Rows>;
  readonly apply: (erasure: Erasure) => Promise<ErasureOutcome>;
}

/** What an erasure came to; `erased` is the number of bodies. */
export type Erased =
  & Extract<ErasureOutcome, { state: "erased" | "erased_before" }>
  & { readonly erased: number };

/**
 * Erases one body and says again which rows follow from what is left of its subject.
 * Undefined when there is no such body. @throws {LogHeld} @throws {LogConflict}
 */
export async function eraseBody(
  store: ErasingStore,
  { channel, offset, sender, writes }: Required<Omit<Removal, "subject">> & {
    readonly offset: number;
  },
): Promise<Erased | undefined> {
  const [entry] = await store.read(channel, null, offset - 1, 1);
  if (entry?.offset !== offset || isStatement(entry.bodyText)) return undefined;
  const { subject } = entry;
  const packed = packCommit({ sender, writes })[5];
  return await tried(store, { channel, subject }, (entries) => ({
    channel,
    offsets: [offset],
    removed: [],
    sender,
    at: store.now(),
    expected: [subject, entries.at(-1)?.offset ?? 0],
    rows: rowsWithout(store.views, entries, (one) => one.offset === offset)
      .map(packRow),
    writes: packed,
  }));
}

/** Erases a subject or a whole channel, and the rows of it (L11). @throws {LogHeld} @throws {LogConflict} */
export async function eraseAll(
  store: ErasingStore,
  { channel, subject: only, sender, writes = [] }: Removal,
): Promise<Erased> {
  const subject = only ?? null;
  const packed = packCommit({ sender, writes })[5];
  return await tried(store, { channel, subject }, (entries) => {
    const bodies = entries.filter(({ bodyText }) =>
      bodyText !== null && !isStatement(bodyText)
    );
    const types = new Map(bodies.map((one) => [one.subject, one.type]));
    return {
      channel,
      offsets: bodies.map(({ offset }) => offset),
      removed: [...types],
      sender,
      at: store.now(),
      expected: [subject, entries.at(-1)?.offset ?? 0],
      rows: rowsWithout(store.views, entries, "all").map(packRow),
      writes: packed,
    };
  });
}

/** The answer to who erased. */
export function answerOf(erased: Erased, epoch: string): Committed {
  return erased.state === "erased"
    ? committedOf(erased.commit, erased.outcome, epoch)
    : duplicateOf({ ...erased, result: null }, epoch);
}

async function tried(
  store: ErasingStore,
  { channel, subject }: { channel: string; subject: string | null },
  erasureOf: (entries: readonly Entry[]) => Erasure,
): Promise<Erased> {
  for (let tries = 0; tries < MAX_TRIES; tries++) {
    const erasure = erasureOf(await entriesOf(store, channel, subject));
    const rows = await withoutShared(store, erasure.rows);
    const outcome = await store.apply({ ...erasure, rows });
    switch (outcome.state) {
      case "held":
        throw new LogHeld(channel);
      case "erased":
        return {
          ...outcome,
          erased: outcome.commit[5][0][3].length - erasure.removed.length,
        };
      case "erased_before":
        return { ...outcome, erased: 0 };
    }
  }
  throw new LogConflict("expected");
}

/** Leaves out the deletion of rows that others still keep. */
async function withoutShared(
  { views, query }: ErasingStore,
  rows: Erasure["rows"],
): Promise<Erasure["rows"]> {
  const deleted = new Set(
    rows.filter(([, , , data]) => data === null)
      .map(([view, key]) => JSON.stringify([view, key])),
  );
  const kept: Erasure["rows"][number][] = [];
  for (const row of rows) {
    const [name, key, , data] = row;
    const keptBy = data === null
      ? views.find((one) => one.name === name)?.keptBy?.(key)
      : undefined;
    if (keptBy) {
      const { view, prefix } = keptBy;
      // One more than go with it: then one of them stays.
      const found = await query(view, { prefix, limit: deleted.size + 1 });
      const isKept = found.rows.some((other) =>
        !deleted.has(JSON.stringify([view, other.key]))
      );
      if (isKept) continue;
    }
    kept.push(row);
  }
  return kept;
}

async function entriesOf(
  { read }: ErasingStore,
  channel: string,
  subject: string | null,
): Promise<readonly Entry[]> {
  const entries: Entry[] = [];
  for (;;) {
    const after = entries.at(-1)?.offset ?? 0;
    const page = await read(channel, subject, after, PAGE_ENTRIES);
    if (page.length === 0) return entries;
    entries.push(...page);
  }
}
