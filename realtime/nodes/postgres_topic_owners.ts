/** Who numbers which topic, in Postgres: judged by the leases of nodes and its server's clock. */
import type { Database } from "../postgres/database.ts";
import type { TopicClaim, TopicOwner, TopicOwners } from "./topic_owners.ts";

export interface PostgresTopicOwnersOptions {
  readonly database: Pick<Database, "ask">;
  /** The name this node holds its lease under. */
  readonly node: string;
}

export class PostgresTopicOwners implements TopicOwners {
  readonly #options: PostgresTopicOwnersOptions;

  constructor(options: PostgresTopicOwnersOptions) {
    this.#options = options;
  }

  async claim({ channel, epoch, held }: TopicClaim): Promise<TopicOwner> {
    const { database, node } = this.#options;
    const [row] = await database.ask((sql) =>
      sql`SELECT node, epoch, claim, previous FROM regulens.topic_claim(
        ${channel}, ${node}, ${epoch}, ${held ?? null})`
    );
    return {
      node: String(row.node),
      epoch: String(row.epoch),
      claim: Number(row.claim),
      previous: row.previous === null ? undefined : String(row.previous),
    };
  }

  async release(): Promise<void> {
    const { database, node } = this.#options;
    await database.ask((sql) => sql`SELECT regulens.topic_release(${node})`);
  }
}
