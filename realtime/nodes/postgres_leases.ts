/** Leases of nodes in Postgres, by the clock of its server. */
import { createHash } from "node:crypto";
import type { KeptLine } from "../postgres/kept_line.ts";
import type { Leases, LivingNode } from "./node_lease.ts";

export class PostgresLeases implements Leases {
  readonly #line: KeptLine;
  readonly #node: string;

  constructor(line: KeptLine, node: string) {
    this.#line = line;
    this.#node = node;
  }

  async renew(leaseMs: number): Promise<readonly LivingNode[]> {
    const rows = await this.#line.ask((sql) =>
      sql`SELECT node, remaining_ms FROM regulens.node_renew(
        ${this.#node}, ${leaseMs}::integer * interval '1 millisecond')`
    );
    return rows.map((row) => ({
      node: String(row.node),
      remainingMs: Number(row.remaining_ms),
    }));
  }

  async leave(): Promise<void> {
    await this.#line.ask((sql) =>
      sql`DELETE FROM regulens.nodes WHERE node = ${this.#node}`
    );
  }
}

/**
 * Names what the nodes of this database share, in letters and digits: the same for all of
 * them, however they reach it, and another one for a copy of it.
 */
export async function houseOf(line: KeptLine): Promise<string> {
  const [row] = await line.ask((sql) =>
    sql`SELECT epoch, system_identifier::text, d.oid
      FROM regulens.epochs, pg_control_system(), pg_database AS d
      WHERE number = 1 AND datname = current_database()`
  );
  const text = `${row.epoch} ${row.system_identifier} ${row.oid}`;
  return createHash("sha256").update(text).digest("hex").slice(0, 16);
}
