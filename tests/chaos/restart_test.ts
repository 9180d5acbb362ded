/** An orderly restart under load: every message is acknowledged in the end, and is there once. */
import { assert, assertEquals } from "@std/assert";
import { restartUnderLoad } from "../../bench/restart.ts";

const CLIENTS = 20;

Deno.test({
  name:
    "[P20] two restarts under 20 posting clients: all come back, nothing is lost, nothing is there twice",
  // A socket that was closed still has its close on the way when the test ends.
  sanitizeOps: false,
  sanitizeResources: false,
  fn: async () => {
    const found = await restartUnderLoad({
      clients: CLIENTS,
      restarts: 2,
      pause: 10,
      between: 300,
    });
    assertEquals(found.lostOrDoubled, 0);
    assert(
      found.gaps >= CLIENTS,
      "each client lost its connection and found another",
    );
    assert(found.acknowledged > CLIENTS * 2);
  },
});
