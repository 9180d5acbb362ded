/** The entries of the cache as a table: what was used last first, found by its words, in pages. */
import { Button, ButtonLink } from "../../islands/components/Button.tsx";
import { EmptyState } from "../../islands/components/EmptyState.tsx";
import { type Column, Table } from "../../islands/components/Table.tsx";
import { Time } from "../../islands/components/Time.tsx";
import type { Zone } from "../../islands/format.ts";
import type { CacheEntry } from "../kept_results.ts";
import type { ResultCache } from "../result_cache.ts";
import { size } from "./byte_size.ts";

const PER_PAGE = 50;

export interface EntriesPage {
  readonly entries: readonly CacheEntry[];
  /** How many fit the words. */
  readonly found: number;
  readonly search: string;
  /** From 1. */
  readonly page: number;
}

/** @param place Words that all stand in the key or in what an entry is of; which page of those. */
export function cacheEntries(
  results: Pick<ResultCache, "entries">,
  place: { readonly search: string; readonly page: number },
): EntriesPage {
  const search = place.search.slice(0, 200);
  const page = Number.isInteger(place.page) ? Math.max(1, place.page) : 1;
  const words = search.toLowerCase().split(/\s+/).filter(Boolean);
  const from = (page - 1) * PER_PAGE;
  const entries: CacheEntry[] = [];
  let found = 0;
  for (const entry of results.entries()) {
    const text = `${entry.key} ${entry.about}`.toLowerCase();
    if (!words.every((word) => text.includes(word))) continue;
    if (found >= from && found < from + PER_PAGE) entries.push(entry);
    found++;
  }
  return { entries, found, search, page };
}

export interface CacheEntriesProps extends EntriesPage {
  readonly mayChange: boolean;
  /** Ms since 1970. */
  readonly now: number;
  readonly zone: Zone;
}

export function CacheEntries(props: CacheEntriesProps) {
  const { entries, found, search, page } = props;
  if (entries.length === 0) {
    return search || page > 1
      ? (
        <EmptyState
          title="No entry fits"
          text="None has all of these words in its key or in what it is of."
          action={<ButtonLink href="/ops/cache">Show all entries</ButtonLink>}
        />
      )
      : (
        <EmptyState
          title="Nothing is kept yet"
          text="What rules say of facts, and rankings of decisions, are kept here as soon as somebody asks for them."
        />
      );
  }
  return (
    <>
      <Table
        label="Entries of the cache, used last first"
        columns={columnsOf(props)}
        rows={entries}
        keyOf={({ key }) => key}
      />
      {found > PER_PAGE && (
        <nav class="pager pad" aria-label="Pages of the list">
          {page > 1 && (
            <ButtonLink rel="prev" href={addressOf(search, page - 1)}>
              Back
            </ButtonLink>
          )}
          {page * PER_PAGE < found && (
            <ButtonLink rel="next" href={addressOf(search, page + 1)}>
              Further
            </ButtonLink>
          )}
        </nav>
      )}
    </>
  );
}

function addressOf(search: string, page: number): string {
  const query = new URLSearchParams({ page: `${page}` });
  if (search) query.set("q", search);
  return `/ops/cache?${query}`;
}

function columnsOf(
  { mayChange, now, zone, search }: CacheEntriesProps,
): readonly Column<CacheEntry>[] {
  const columns: Column<CacheEntry>[] = [
    {
      key: "about",
      head: "Entry",
      kind: "name",
      cell: ({ about, key }) => (
        <>
          <b>{about}</b>
          <span class="ops-key mono" title={key}>{shortOf(key)}</span>
        </>
      ),
    },
    {
      key: "hits",
      head: "Hits",
      kind: "number",
      width: "s",
      cell: ({ hits }) => hits.toLocaleString("en-GB"),
    },
    {
      key: "bytes",
      head: "Size",
      kind: "number",
      width: "s",
      wideOnly: true,
      cell: ({ bytes }) => size(bytes),
    },
    {
      key: "computed",
      head: "Computed",
      kind: "number",
      width: "m",
      wideOnly: true,
      cell: ({ computedAt }) => <Time at={computedAt} now={now} zone={zone} />,
    },
    {
      key: "used",
      head: "Last used",
      kind: "number",
      width: "m",
      wideOnly: true,
      cell: ({ lastUsedAt }) => <Time at={lastUsedAt} now={now} zone={zone} />,
    },
  ];
  return mayChange
    ? [...columns, {
      key: "forget",
      head: <span class="visually-hidden">Forget</span>,
      kind: "number",
      width: "m",
      cell: ({ key, about }) => (
        <form method="post" action="/ops/cache/forget">
          <input type="hidden" name="key" value={key} />
          {search && <input type="hidden" name="q" value={search} />}
          <Button small type="submit" aria-label={`Forget ${about}`}>
            Forget
          </Button>
        </form>
      ),
    }]
    : columns;
}

/** The readable part of a key, and as much of the hash as tells it from others. */
function shortOf(key: string): string {
  const end = key.lastIndexOf(":") + 1;
  return `${key.slice(0, end)}${key.slice(end, end + 8)}…`;
}
