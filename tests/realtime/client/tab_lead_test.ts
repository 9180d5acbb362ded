/** Who leads, seen by one tab: stale leaders, silence, questions. */
import { assertEquals } from "@std/assert";
import { TabLead } from "../../../realtime/client/tab_lead.ts";
import { FakeClock, turn } from "./fakes.ts";

/** A tab that waits in line behind a leader it does not see. */
function follower() {
  const clock = new FakeClock();
  const said: string[] = [];
  const lead = new TabLead({
    name: "lead",
    clock,
    wallNow: () => 1_000,
    random: () => 0,
    locks: {
      request: (_name, { steal }, granted) => {
        if (!steal) return new Promise(() => {});
        said.push("steal");
        return granted();
      },
    },
    beat: () => said.push("beat"),
    ask: () => said.push("ask"),
    changed: () => said.push("changed"),
  });
  lead.start();
  return { clock, lead, said };
}

Deno.test("[I10] a stale leader's word is not heard and moves nothing", () => {
  const { lead, said } = follower();
  assertEquals([lead.heard(7), lead.heard(5), lead.heard(7)], [
    true,
    false,
    true,
  ]);
  assertEquals([lead.term, said], [7, ["changed"]]);
});

Deno.test("[I7] a stale leader's beats do not hide that the leader is silent", async () => {
  const { clock, lead, said } = follower();
  lead.heard(7);
  for (let n = 0; n < 3; n++) {
    clock.advance(250);
    lead.heard(5);
  }
  await turn();
  assertEquals(said.slice(0, 4), ["changed", "ask", "steal", "beat"]);
});

Deno.test("[I7] a leader that answers the question keeps its lock", async () => {
  const { clock, lead, said } = follower();
  lead.heard(7);
  clock.advance(600);
  lead.heard(7);
  clock.advance(400);
  await turn();
  assertEquals(said, ["changed", "ask"]);
});

Deno.test("[I7] who takes the lead has a higher term than any it has heard", async () => {
  const { clock, lead } = follower();
  lead.heard(5_000.5);
  clock.advance(750);
  await turn();
  assertEquals([lead.leading, lead.term], [true, 5_001]);
});

Deno.test("[I7] who has left takes no part", async () => {
  const { clock, lead, said } = follower();
  lead.stop();
  clock.advance(10_000);
  await turn();
  assertEquals([said, lead.heard(7), clock.pending], [[], false, 0]);
});
