/** Tickets on a clock of their own: the time of day does not matter to them. */
import { assertEquals } from "@std/assert";
import { Tickets } from "../../routes/auth_tickets.ts";

const ANA = { userId: "ana", name: "Ana", roles: ["member"] };

Deno.test("[P2] a time of day set back lets no ticket live longer, and set forth ends none", () => {
  const wallNow = Date.now;
  try {
    const tickets = new Tickets();
    const before = tickets.issue(ANA);
    Date.now = () => wallNow() + 3_600_000;
    assertEquals(tickets.peek(before)?.userId, "ana");
    const ahead = tickets.issue(ANA);
    Date.now = wallNow;
    assertEquals(tickets.peek(ahead)?.userId, "ana");
  } finally {
    Date.now = wallNow;
  }
});

Deno.test("[P2] a ticket is of no use once 30 s have passed on its own clock", () => {
  let now = 0;
  const tickets = new Tickets({ now: () => now });
  const ticket = tickets.issue(ANA);
  now = 29_999;
  assertEquals(tickets.peek(ticket)?.userId, "ana");
  now = 30_000;
  assertEquals(tickets.peek(ticket), undefined);
});
