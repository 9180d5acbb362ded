/** The bus over Postgres: a table that nobody keeps, NOTIFY to wake, and looking as the truth. */
import { SILENT } from "../logger.ts";
import type { Database } from "../postgres/database.ts";
import { KeptLine } from "../postgres/kept_line.ts";
import { systemAfter } from "../timer.ts";
import type { Bus } from "./bus.ts";
import type { OutMessage } from "./outgoing.ts";
import { PostgresInbox } from "./postgres_inbox.ts";
import { PostgresLeases } from "./postgres_leases.ts";
import { PostgresTrim } from "./postgres_trim.ts";
import { type BusSettings, RelayedBus } from "./relayed_bus.ts";

/** How long a statement of the bus may take, in ms: a lease must be renewed in time. */
const ANSWER_TIMEOUT_MS = 1_500;

export interface PostgresBusOptions extends BusSettings {
  readonly database: Pick<Database, "line" | "listen">;
  /** Without it everything takes up to a quarter of a second. @default true */
  readonly listens?: boolean;
}

/** Joins the other nodes of the database. @throws when it cannot be reached */
export async function openPostgresBus(
  { database, listens = true, ...settings }: PostgresBusOptions,
): Promise<Bus> {
  const { node, after = systemAfter, logger = SILENT } = settings;
  const line = () => new KeptLine(database, ANSWER_TIMEOUT_MS);
  // One each: a read must not wait behind a write that waits for its turn.
  const [out, into, house] = [line(), line(), line()];
  const trim = new PostgresTrim({ line: house, after, logger });
  const inbox = new PostgresInbox({
    node,
    line: into,
    after,
    logger,
    take: (from, message) => bus.take(from, message),
    lost: () => bus.lost(),
  });
  const stops: (() => void)[] = [];
  const end = async () => {
    for (const stop of stops) stop();
    await Promise.all([inbox.stop(), trim.stop()]);
    await Promise.all([out.close(), into.close(), house.close()]);
  };
  const bus = new RelayedBus({
    send: (batch) => publish(out, node, batch),
    leases: new PostgresLeases(house, node),
    close: end,
  }, settings);
  try {
    await inbox.start();
    await bus.start();
  } catch (error) {
    await end();
    throw error;
  }
  trim.start();
  if (listens) {
    stops.push(database.listen(
      "regulens_bus",
      (payload) => inbox.notified(payload),
      { onListening: () => inbox.look() },
    ));
  }
  return bus;
}

async function publish(
  line: KeptLine,
  node: string,
  batch: readonly OutMessage[],
): Promise<void> {
  const column = <T>(read: (message: OutMessage) => T) => batch.map(read);
  await line.ask((sql) =>
    sql`SELECT regulens.bus_publish(
      ${node},
      ${column(({ seq }) => seq)}::bigint[],
      ${column(({ to }) => to)}::text[],
      ${column(({ subject }) => subject)}::text[],
      ${column(({ body }) => body)}::text[])`
  );
}
