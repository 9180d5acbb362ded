/** Pages of a view: rows by (sort, key), and a cursor that says after which row to go on. */
import type { Query, Rows } from "./log.ts";

export const DEFAULT_LIMIT = 100;

export interface RowPlace {
  readonly sort: number;
  readonly key: string;
}

/** A row of a view as it is kept. */
export interface ViewRow extends RowPlace {
  /** JSON text. */
  readonly data: string;
}

/** Answers a query over all rows of a view; for stores that hold them in memory. */
export function pageOf(all: readonly ViewRow[], query: Query): Rows {
  checkQuery(query);
  const { key, prefix = "", from = -Infinity, to = Infinity, cursor } = query;
  const order = query.descending ? -1 : 1;
  const place = cursor === undefined ? undefined : parseCursor(cursor);
  const rows = all
    .filter((row) => key === undefined || row.key === key)
    .filter((row) => row.key.startsWith(prefix))
    .filter((row) => row.sort >= from && row.sort <= to)
    .filter((row) => !place || order * comparePlaces(row, place) > 0)
    .sort((a, b) => order * comparePlaces(a, b));
  return formatPage(rows, query);
}

/** Cuts rows to the limit; needs one row more than that to know whether there is a next page. */
export function formatPage(rows: readonly ViewRow[], query: Query): Rows {
  const { limit = DEFAULT_LIMIT } = query;
  const page = rows.slice(0, limit);
  const end = page.at(-1);
  return {
    rows: page.map(({ key, sort, data }) => ({
      key,
      sort,
      data: JSON.parse(data),
    })),
    nextCursor: end && rows.length > limit ? formatCursor(end) : null,
  };
}

function comparePlaces(a: RowPlace, b: RowPlace): number {
  return a.sort - b.sort || compareKeys(a.key, b.key);
}

export function formatCursor({ sort, key }: RowPlace): string {
  return new TextEncoder().encode(JSON.stringify([sort, key]))
    .toBase64({ alphabet: "base64url", omitPadding: true });
}

/** @throws {RangeError} If the text did not come from `formatCursor`. */
export function parseCursor(text: string): RowPlace {
  try {
    const bytes = Uint8Array.fromBase64(text, { alphabet: "base64url" });
    const [sort, key] = JSON.parse(new TextDecoder().decode(bytes));
    if (typeof sort === "number" && typeof key === "string") {
      return { sort, key };
    }
  } catch {
    // Not base64 or not JSON: answered below like any other wrong cursor.
  }
  throw new RangeError(
    `Cannot read a view: the cursor is unknown, got ${text}`,
  );
}

/** @throws {RangeError} On a limit below 1 or a cursor that is none. */
export function checkQuery({ limit = DEFAULT_LIMIT, cursor }: Query): void {
  if (!Number.isSafeInteger(limit) || limit < 1) {
    throw new RangeError(
      `Cannot read a view: limit must be at least 1, got ${limit}`,
    );
  }
  if (cursor !== undefined) parseCursor(cursor);
}

/** Orders keys as UTF-8 bytes would, which is by code points and not by UTF-16 units. */
export function compareKeys(a: string, b: string): number {
  const length = Math.min(a.length, b.length);
  for (let i = 0; i < length; i++) {
    const unitA = a.charCodeAt(i);
    const unitB = b.charCodeAt(i);
    if (unitA === unitB) continue;
    // Surrogates stand for code points above every single unit.
    return rank(unitA) - rank(unitB);
  }
  return a.length - b.length;
}

function rank(unit: number): number {
  return unit >= 0xd800 && unit <= 0xdfff ? unit + 0x10000 : unit;
}
