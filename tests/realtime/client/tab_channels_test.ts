/** Subscriptions of several tabs over one connection: who holds what, what must be asked for again. */
import { assertEquals } from "@std/assert";
import { TabChannels } from "../../../realtime/client/tab_channels.ts";

const at = (offset: number, epoch = "e1") => ({ epoch, offset });

function publication(offset: number) {
  return { type: "SESSION_UPDATE", channel: "session:a", offset };
}

/** Tab one is subscribed from 0 and has been brought up to `seen`. */
function broughtTo(seen: number): TabChannels {
  const channels = new TabChannels();
  channels.subscribe("one", { type: "SUBSCRIBE", channel: "session:a" });
  const answer = { ...at(9), recovered: true };
  channels.subscribed("session:a", at(0), answer, true);
  for (let n = 1; n <= seen; n++) channels.passed(publication(n));
  channels.subscribe("two", { type: "SUBSCRIBE", channel: "session:a" });
  return channels;
}

Deno.test("[P11] a newer start in the middle of a replay asks again for what it skips", () => {
  const answer = { ...at(9), recovered: true };
  assertEquals(
    broughtTo(4).subscribed("session:a", at(7), answer, true),
    { since: at(4), presence: false },
  );
});

Deno.test("[P11] a start at the head in the middle of a replay asks again for what it skips", () => {
  assertEquals(
    broughtTo(4).subscribed("session:a", undefined, at(9), true),
    { since: at(4), presence: false },
  );
});

Deno.test("[P11] an older start skips nothing", () => {
  const answer = { ...at(9), recovered: true };
  assertEquals(
    broughtTo(9).subscribed("session:a", at(2), answer, true),
    undefined,
  );
});

Deno.test("[P10] what could not be recovered is asked for once", () => {
  const channels = broughtTo(4);
  const answer = { ...at(9), recovered: false };
  assertEquals(
    channels.subscribed("session:a", at(4), answer, false),
    undefined,
  );
  assertEquals(
    channels.subscribed("session:a", undefined, at(9), true),
    undefined,
  );
});

Deno.test("[I8] presence is asked for as long as one tab wants it", () => {
  const channels = new TabChannels();
  const line = { type: "SUBSCRIBE", channel: "session:a" };
  channels.subscribe("one", { ...line, payload: { presence: true } });
  const second = channels.subscribe("two", {
    ...line,
    payload: { presence: false },
  });
  assertEquals(second.payload, { presence: true });
  channels.unsubscribe("one", "session:a");
  assertEquals(channels.subscribe("two", line).payload, { presence: false });
});

Deno.test("[P3] what the server subscribed is never given up, and late tabs see where it stands", () => {
  const channels = new TabChannels();
  channels.restart([{ channel: "user:mira", ...at(3) }]);
  channels.passed({ type: "ALERT", channel: "user:mira", offset: 4 });
  channels.subscribe("one", { type: "SUBSCRIBE", channel: "user:mira" });
  assertEquals(channels.unsubscribe("one", "user:mira"), false);
  assertEquals(channels.subscriptions(), [{ channel: "user:mira", ...at(4) }]);
});

Deno.test("[P17] behind a GAP the stream goes on", () => {
  const channels = broughtTo(4);
  channels.passed({
    type: "GAP",
    channel: "session:a",
    payload: { from: 5, to: 8, reason: "lagging" },
  });
  const answer = { ...at(9), recovered: true };
  assertEquals(
    channels.subscribed("session:a", at(8), answer, true),
    undefined,
  );
});
