/** Where one is in the list of connections: what was asked for, as an address. */
import {
  CONNECTION_ORDERS,
  CONNECTION_STATES,
  type ConnectionQuery,
} from "../../realtime/connection_search.ts";

export const CONNECTIONS_PATH = "/ops/connections";
export const PER_PAGE = 50;

export interface OpsPlace extends Pick<ConnectionQuery, "text" | "order"> {
  readonly state: ConnectionQuery["state"] | undefined;
  /** From 1. */
  readonly page: number;
}

/** What is not understood counts as not asked. */
export function opsPlaceOf(
  { q = "", state, order, page }: Readonly<Record<string, string | undefined>>,
): OpsPlace {
  const number = Number(page);
  return {
    text: q.slice(0, 200),
    state: CONNECTION_STATES.find((one) => one === state),
    order: CONNECTION_ORDERS.find((one) => one === order) ?? "buffered",
    page: Number.isInteger(number) && number > 0 ? Math.min(number, 1e6) : 1,
  };
}

export function opsAddressOf(
  place: OpsPlace,
  change: Partial<OpsPlace> = {},
): string {
  const { text, state, order, page } = { ...place, page: 1, ...change };
  const query = new URLSearchParams({
    ...text && { q: text },
    ...state && { state },
    ...order !== "buffered" && { order },
    ...page > 1 && { page: `${page}` },
  });
  return query.size === 0 ? CONNECTIONS_PATH : `${CONNECTIONS_PATH}?${query}`;
}

export function queryOf(
  { text, state, order, page }: OpsPlace,
): ConnectionQuery {
  const from = (page - 1) * PER_PAGE;
  return { text, order, from, limit: PER_PAGE, ...state && { state } };
}

export function connectionHref(connectionId: string): string {
  return `${CONNECTIONS_PATH}/${encodeURIComponent(connectionId)}`;
}
