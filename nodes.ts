/** This node among the others: alone without `DATABASE_URL`, else over Postgres, or NATS where there is one. */
import type { Config } from "./config.ts";
import type { Logging } from "./logging.ts";
import { aloneBus, type Bus } from "./realtime/nodes/bus.ts";
import { openNatsBus } from "./realtime/nodes/nats_bus.ts";
import { openPostgresBus } from "./realtime/nodes/postgres_bus.ts";
import { houseOf, PostgresLeases } from "./realtime/nodes/postgres_leases.ts";
import type { Database } from "./realtime/postgres/database.ts";
import { KeptLine } from "./realtime/postgres/kept_line.ts";
import { StartError } from "./start_error.ts";

/** How long the database may take to hold a lease, in ms: less than what is left to renew it. */
const LEASE_TIMEOUT_MS = 1_500;

export interface NodesOptions {
  /** Of `DATABASE_URL`, migrated; undefined where there is none. */
  readonly database: Database | undefined;
  readonly logging: Pick<Logging, "logger">;
}

/**
 * Joins the nodes that share the database. The bus's id names this life of this node.
 *
 * @throws {StartError} If NATS cannot be reached. @throws what the database says
 */
export async function createNodes(
  config: Pick<Config, "NATS_URL">,
  { database, logging }: NodesOptions,
): Promise<Bus> {
  const node = `node-${crypto.randomUUID().slice(0, 8)}`;
  if (database === undefined) return aloneBus(node);
  const logger = logging.logger("nodes");
  const url = config.NATS_URL;
  const bus = url === undefined
    ? await openPostgresBus({ database, node, logger })
    : await overNats(url, { database, node, logger });
  logger.info("joined the nodes of the database", {
    node,
    others: bus.peers(),
    over: url === undefined ? "Postgres" : "NATS",
  });
  return bus;
}

async function overNats(
  url: string,
  { database, node, logger }: {
    readonly database: Database;
    readonly node: string;
    readonly logger: ReturnType<Logging["logger"]>;
  },
): Promise<Bus> {
  const line = new KeptLine(database, LEASE_TIMEOUT_MS);
  try {
    const house = await houseOf(line);
    const leases = new PostgresLeases(line, node);
    const onClose = () => line.close();
    return await openNatsBus({ url, house, leases, node, logger, onClose });
  } catch (cause) {
    await line.close();
    // Nothing of the address: it may hold a password.
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new StartError(`Cannot join the other nodes over NATS: ${why}`, {
      cause,
    });
  }
}
