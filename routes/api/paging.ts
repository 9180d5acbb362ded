/** Lists in pages: `?limit=` and `?cursor=` in, `{items, nextCursor}` out. */
import { z } from "zod";
import { RealtimeError } from "../../realtime/realtime_error.ts";

export const MAX_PAGE = 500;
const DEFAULT_PAGE = 100;

export const Limit = z.string().regex(/^\d{1,4}$/).transform(Number)
  .pipe(z.int().min(1).max(MAX_PAGE))
  .default(DEFAULT_PAGE)
  .meta({ description: `1 to ${MAX_PAGE}; ${DEFAULT_PAGE} unless given` });

export const Page = z.object({
  limit: Limit,
  cursor: z.string().min(1).max(1024).optional(),
});
export type Page = z.infer<typeof Page>;

/** The schema of a page of `item`. */
export function pageOf<Item extends z.ZodType>(item: Item) {
  return z.object({
    items: z.array(item),
    nextCursor: z.string().nullable(),
  });
}

/** A page of things at hand, in the order of their keys, which is the cursor. */
export function pageByKey<Item>(
  items: readonly Item[],
  keyOf: (item: Item) => string,
  { limit, cursor }: Page,
): { items: Item[]; nextCursor: string | null } {
  const keyed = items.map((item) => ({ item, key: keyOf(item) }))
    .filter(({ key }) => cursor === undefined || key > cursor)
    .sort((a, b) => a.key < b.key ? -1 : 1);
  const page = keyed.slice(0, limit);
  const last = keyed.length > limit ? page.at(-1) : undefined;
  return {
    items: page.map(({ item }) => item),
    nextCursor: last?.key ?? null,
  };
}

/** A cursor is the caller's; one that the log did not make is their mistake. */
export function refuseCursor(error: unknown): never {
  if (!(error instanceof RangeError)) throw error;
  const errors = [{ path: "cursor", message: "Not a cursor of this list" }];
  throw new RealtimeError("invalid", "Cannot accept the cursor", { errors });
}
