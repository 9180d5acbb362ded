/** Polls over three nodes: ballots from all of them against a close on another, each counted once. */
import { assert, assertEquals } from "@std/assert";
import { Cluster } from "../../support/cluster.ts";
import { isPostgresInstalled } from "../../support/postgres_private.ts";
import { PostgresMachine } from "../../support/postgres_server.ts";
import { SWARMING } from "../../support/swarm.ts";
import { sizeFrom } from "../random.ts";
import { closeAgainstBallots } from "./poll_rounds.ts";

const VOTERS = sizeFrom("CHAOS_NODES_VOTERS", 60);
const ROUNDS = sizeFrom("CHAOS_NODES_ROUNDS", 20);

Deno.test({
  name:
    `[K15] ${VOTERS} voters over three nodes, ${ROUNDS} closes against their ballots: each is counted once`,
  ignore: !isPostgresInstalled(),
  fn: async () => {
    await using postgres = await PostgresMachine.start();
    await using cluster = await Cluster.start({ postgres, env: SWARMING });
    const { accepted, refused, unlikeRecords } = await closeAgainstBallots(
      cluster,
      { voters: VOTERS, rounds: ROUNDS },
    );
    assert(accepted > 0 && refused > 0, `${accepted} taken, ${refused} late`);
    assertEquals(unlikeRecords, 0, "all nodes tell the same");
  },
});
