/** Lists of connections that several nodes hold, each of which told a part. */
import type { ConnectionOrder, FoundConnection } from "../connection_search.ts";
import type { ConnectionView } from "../connections.ts";

/** How much one node tells at once, in characters of JSON: what goes between nodes is small. */
const MAX_LIST_CHARACTERS = 256 * 1024;

/** What one node told of its connections, by id. */
export interface ListPart<View> {
  readonly views: readonly View[];
  /** There are more of it behind the last. */
  readonly isCut: boolean;
}

/** The connections of this node behind `cursor` in the order of their ids, as many as fit. */
export function listPart(
  connections: readonly ConnectionView[],
  { cursor, limit }: { readonly cursor: string | null; readonly limit: number },
): ListPart<ConnectionView> {
  const behind = connections
    .filter(({ connectionId }) => cursor === null || connectionId > cursor)
    .sort((a, b) => a.connectionId < b.connectionId ? -1 : 1);
  const views = withinBounds(behind.slice(0, limit));
  return { views, isCut: views.length < behind.length };
}

/** The first of them that are not too much for one message; one at least. */
export function withinBounds<View>(views: readonly View[]): readonly View[] {
  let size = 0;
  const end = views.findIndex((view, index) => {
    size += JSON.stringify(view).length;
    return index > 0 && size > MAX_LIST_CHARACTERS;
  });
  return end < 0 ? views : views.slice(0, end);
}

/**
 * One page out of the parts, in the order of ids. It ends where a part was cut, since nobody
 * knows what of that node comes next: the following page begins there.
 */
export function mergeLists<View extends Pick<ConnectionView, "connectionId">>(
  parts: readonly ListPart<View>[],
  limit: number,
): { readonly items: readonly View[]; readonly nextCursor: string | null } {
  const ends = parts.filter(({ isCut }) => isCut)
    .map(({ views }) => views.at(-1)?.connectionId ?? "");
  const end = ends.reduce<string | undefined>(
    (least, one) => least === undefined || one < least ? one : least,
    undefined,
  );
  const known = parts.flatMap(({ views }) => views)
    .filter(({ connectionId }) => end === undefined || connectionId <= end)
    .sort((a, b) => a.connectionId < b.connectionId ? -1 : 1);
  const items = known.slice(0, limit);
  const isLast = end === undefined && items.length === known.length;
  return {
    items,
    nextCursor: isLast ? null : items.at(-1)?.connectionId ?? null,
  };
}

/** Those that were found on several nodes, the first ones of each, in the order asked for. */
export function mergeFound<Found extends FoundConnection>(
  parts: readonly (readonly Found[])[],
  order: ConnectionOrder,
): readonly Found[] {
  return parts.flat().sort((a, b) => rankOf(b, order) - rankOf(a, order));
}

function rankOf(
  { bufferedBytes, lagMs, latencyMs, connectedAt }: FoundConnection,
  order: ConnectionOrder,
): number {
  switch (order) {
    case "buffered":
      return bufferedBytes;
    case "lag":
      return lagMs;
    case "latency":
      return latencyMs ?? -1;
    case "newest":
      return connectedAt;
  }
}
