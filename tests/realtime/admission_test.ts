/** Letting in while it is not known yet whether a ticket is good, and what other nodes hold. */
import { assertEquals } from "@std/assert";
import { Admission, type AdmissionOptions } from "../../realtime/admission.ts";
import { HandshakeCounts } from "../../realtime/handshake_counts.ts";

const ANN = { userId: "ann", name: "Ann", roles: ["member"] };

function admission(options: Partial<AdmissionOptions> = {}): Admission {
  return new Admission({
    hub: { draining: false },
    identify: () => ({ user: ANN }),
    origin: { allowed: [], ports: [], trustProxy: false },
    counts: new HandshakeCounts(),
    enabled: true,
    maxConnections: 10,
    maxConnectionsPerUser: 1,
    maxConnectionsPerAddress: 2,
    ...options,
  });
}

const request = () => new Request("http://localhost/ws");

/** The status of an answer; 101 stands for being let in. */
function statusOf(answer: Awaited<ReturnType<Admission["admit"]>>): number {
  return answer instanceof Response ? answer.status : 101;
}

Deno.test("[P2] who waits for a ticket to be looked at holds a place", async () => {
  const looked = Promise.withResolvers<boolean>();
  const door = admission({
    identify: () => ({ user: ANN, consume: () => looked.promise }),
  });
  const first = door.admit(request(), "here");
  assertEquals(statusOf(await door.admit(request(), "here")), 503);
  looked.resolve(true);
  assertEquals(statusOf(await first), 101);
  assertEquals(door.counts.refused("user_full"), 1);
});

for (const first of [true, false]) {
  Deno.test(`[P2] a used ticket gives its place back, ${first ? "told later" : "told at once"}`, async () => {
    let isGood = false;
    const door = admission({
      identify: () => ({
        user: ANN,
        consume: () => first ? Promise.resolve(isGood) : isGood,
      }),
    });
    assertEquals(statusOf(await door.admit(request(), "here")), 401);
    isGood = true;
    assertEquals(statusOf(await door.admit(request(), "here")), 101);
    assertEquals(door.counts.refused("ticket_used"), 1);
  });
}

Deno.test("[P2] while nobody can look at a ticket the answer is 503 with Retry-After, and the place is given back", async () => {
  let isDown = true;
  const door = admission({
    identify: () => ({
      user: ANN,
      consume: () =>
        isDown ? Promise.reject(new Error("down")) : Promise.resolve(true),
    }),
  });
  const answer = await door.admit(request(), "here");
  assertEquals(statusOf(answer), 503);
  assertEquals(
    answer instanceof Response && answer.headers.get("retry-after"),
    "1",
  );
  assertEquals(door.counts.refused("unavailable"), 1);
  isDown = false;
  assertEquals(statusOf(await door.admit(request(), "here")), 101);
});

Deno.test("[P2] without a ticket nothing is waited for", () => {
  assertEquals(admission().admit(request(), "here") instanceof Promise, false);
});

Deno.test("[P2] who has just signed in at another node is asked about once this one knows", async () => {
  let isKnown = false;
  const caughtUp = Promise.withResolvers<void>();
  const door = admission({
    identify: () => isKnown ? { user: ANN } : undefined,
    behind: () => caughtUp.promise,
  });
  const answer = door.admit(request(), "here");
  isKnown = true;
  caughtUp.resolve();
  assertEquals(statusOf(await answer), 101);
});

Deno.test("[P2] what other nodes hold for a user and an address counts here too", async () => {
  const held = { user: 0, address: 0 };
  const door = admission({
    elsewhere: { byUser: () => held.user, byAddress: () => held.address },
  });
  held.user = 1;
  assertEquals(statusOf(await door.admit(request(), "here")), 503);
  assertEquals(door.counts.refused("user_full"), 1);
  held.user = 0;
  held.address = 2;
  assertEquals(statusOf(await door.admit(request(), "here")), 503);
  assertEquals(door.counts.refused("address_full"), 1);
  held.address = 1;
  assertEquals(statusOf(await door.admit(request(), "here")), 101);
});
