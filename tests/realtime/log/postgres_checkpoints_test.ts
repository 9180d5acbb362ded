/** Checkpoints of a log in Postgres: one for all nodes, and what they find out. */
import { assert, assertEquals } from "@std/assert";
import { generateKeyPairSync } from "node:crypto";
import { postgresTest } from "../../support/postgres.ts";
import { notes } from "./log_contract.ts";
import { openNode } from "./postgres_fixture.ts";

function freshKey(): string {
  const { privateKey } = generateKeyPairSync("ed25519");
  return privateKey.export({ type: "pkcs8", format: "pem" }).toString();
}

const quiet = { checkpointIntervalMs: 0 };

postgresTest(
  "[L8] nodes with one key sign one chain of checkpoints, each only what is new",
  async (url) => {
    const signingKey = freshKey();
    await using one = await openNode(url, { ...quiet, signingKey });
    await using other = await openNode(url, { ...quiet, signingKey });
    await one.log.commit(notes("a", ["one"]));
    await other.log.commit(notes("b", ["two"]));
    const first = await one.log.checkpoint();
    assertEquals(await other.log.checkpoint(), undefined);
    await one.log.commit(notes("b", ["three"]));
    const second = await other.log.checkpoint();
    assertEquals(
      [first, second].map((signed) =>
        JSON.parse(signed!.text).heads.map((head: { channel: string }) =>
          head.channel
        )
      ),
      [["a", "b"], ["b"]],
    );
    assertEquals(await one.log.checkpoints(), [first!, second!]);
    assertEquals((await one.log.verify()).ok, true);
  },
);

postgresTest(
  "[L8] a node with another key signs nothing into the chain",
  async (url) => {
    await using one = await openNode(url, { ...quiet, signingKey: freshKey() });
    await using other = await openNode(url, {
      ...quiet,
      signingKey: freshKey(),
    });
    await one.log.commit(notes("a", ["one"]));
    assert(await one.log.checkpoint());
    await one.log.commit(notes("a", ["two"]));
    assertEquals(await other.log.checkpoint(), undefined);
    assertEquals((await one.log.verify()).ok, true);
  },
);

postgresTest(
  "[L8] a channel whose end was cut off without a trace is found out by its checkpoint",
  async (url) => {
    await using one = await openNode(url, { ...quiet, signingKey: freshKey() });
    await one.log.commit(notes("a", ["one", "two"]));
    await one.log.checkpoint();
    const line = await one.database.line();
    await line.within(5_000, (sql) =>
      sql.unsafe(`
      BEGIN;
      DELETE FROM regulens.entries WHERE seq = 2;
      UPDATE regulens.counter SET seq = 1;
      UPDATE regulens.channels SET head_offset = 1,
        head_hash = (SELECT hash FROM regulens.entries WHERE seq = 1);
      COMMIT`));
    await line.close();
    const { firstBad } = await one.log.verify();
    assertEquals(firstBad, { channel: "a", offset: 2, reason: "truncated" });
  },
);
