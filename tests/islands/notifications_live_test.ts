/** The toasts of a page from publication to record: digest, quiet, other tabs, the unread count. */
import { signal } from "@preact/signals";
import { assertEquals } from "@std/assert";
import {
  DEFAULT_PREFERENCES,
  type Preferences,
} from "../../islands/notification_preferences.ts";
import { notificationOf } from "../../domain/inbox/notification.ts";
import type { LoadWords } from "../../islands/notification_feed.ts";
import { refusalWords } from "../../islands/refusal_words.ts";
import type { NotificationState } from "../../islands/notification_model.ts";
import { liveToasts } from "../../islands/notifications_live.ts";
import { CONNECTING } from "../../islands/connection_model.ts";
import type { Follower } from "../../realtime/client/channels.ts";
import type {
  ClientState,
  ConnectionView,
} from "../../realtime/client/connection_state.ts";
import type { ClientEvents } from "../../realtime/client/client_events.ts";
import { Emitter } from "../../realtime/client/emitter.ts";
import type { ConsensusUpdate } from "../../realtime/client/consensus_update.ts";
import type { Publication } from "../../realtime/client/wire.ts";
import { FakeClock } from "../realtime/client/fakes.ts";

const OWN = "user:ana";

function setUp(
  { words, ...more }: Partial<NotificationState> & { words?: LoadWords } = {},
  wanted: Partial<Preferences> = {},
) {
  const clock = new FakeClock();
  const followers = new Map<string, Follower>();
  const since = new Map<string, number | undefined>();
  const viewers = new Set<(view: ConnectionView) => void>();
  const commands: unknown[] = [];
  const said: (readonly [string, boolean])[] = [];
  const listeners = new Emitter<ClientEvents>();
  const sounds: boolean[] = [];
  let counted = 0;
  const offsets = new Map<string, number>();
  let view: ConnectionView = { ...CONNECTING, state: "live" };
  const preferences = signal({ ...DEFAULT_PREFERENCES, ...wanted });
  const live = liveToasts({
    client: {
      follow: (channel, follower, position) => {
        followers.set(channel, follower);
        since.set(channel, position?.offset);
        return {
          position,
          resume: () => {},
          stop: () => void followers.delete(channel),
        };
      },
      onView: (viewer) => {
        viewers.add(viewer);
        viewer(view);
        return () => viewers.delete(viewer);
      },
      command: (name, input) => {
        commands.push([name, input]);
        return Promise.resolve({
          result: null,
          positions: [],
          duplicate: false,
          messageId: "m",
        });
      },
      on: (name, listener) => listeners.on(name, listener),
    },
    clock,
    state: {
      userId: "ana",
      unread: 0,
      positions: [
        { channel: OWN, epoch: "e", offset: 4 },
        { channel: "alerts", epoch: "e", offset: 0 },
      ],
      sticky: [],
      ...more,
    },
    preferences,
    wire: undefined,
    tab: "a",
    now: () => clock.now(),
    announce: (text, assertive) => said.push([text, assertive]),
    sound: (critical) => sounds.push(critical),
    words: words ?? (() => notificationOf),
    refusalWords: () => Promise.resolve(refusalWords),
    countUnread: () => {
      counted++;
      return Promise.resolve(7);
    },
  });
  const publish = (type: string, channel: string, body: object) => {
    const offset = (offsets.get(channel) ?? since.get(channel) ?? 0) + 1;
    offsets.set(channel, offset);
    const publication: Publication = {
      type,
      channel,
      offset,
      sender: "bo",
      payload: { ...body },
      body,
    };
    followers.get(channel)?.publication?.(publication);
  };
  return {
    live,
    publish,
    clock,
    since,
    said,
    sounds,
    commands,
    followers,
    preferences,
    listeners,
    notice: (event: string, body: object) =>
      publish("INBOX_UPDATE", OWN, { event, ...body }),
    direct: (body: string) =>
      publish("DIRECT_MESSAGE", OWN, { recipient: "ana", body }),
    alert: (severity: string, title: string) =>
      publish("ALERT", "alerts", { event: "alert_raised", severity, title }),
    record: (items: readonly object[]) =>
      publish("INBOX_UPDATE", OWN, { event: "notifications_recorded", items }),
    be: (state: ClientState) => {
      view = { ...view, state };
      for (const viewer of viewers) viewer(view);
    },
    /** How often the server was asked what is unread. */
    counted: () => counted,
    titles: () => live.toasts.value.map(({ title }) => title),
    [Symbol.dispose]: () => live.stop(),
  };
}

Deno.test("[P24] it follows both channels from where the page read them", () => {
  using f = setUp();
  assertEquals([...f.since], [[OWN, 4], ["alerts", 0]]);
});

Deno.test("[T3] one's own vote counts anew what is unread, and nobody else's does", async () => {
  using f = setUp();
  const vote = (userId: string) =>
    f.listeners.emit("CONSENSUS_UPDATE", {
      type: "CONSENSUS_UPDATE",
      payload: {
        event: "vote_cast",
        pollId: "p1",
        round: 1,
        userId,
        name: userId,
        commitment: "c0",
      },
    });
  vote("bo");
  assertEquals(f.counted(), 0);
  vote("ana");
  assertEquals(f.counted(), 1);
  // The answer is there already; it takes a turn to be heard.
  for (let turn = 0; turn < 4; turn++) await Promise.resolve();
  assertEquals(f.live.unread.value, 7);
});

Deno.test("[T1] a message is shown, said politely, counted, and recorded as shown", () => {
  using f = setUp();
  f.direct("Lunch?");
  assertEquals(f.titles(), ["Message from bo"]);
  assertEquals(f.said, [["Message from bo. Lunch?", false]]);
  assertEquals(f.live.unread.value, 1);
  f.clock.advance(2_000);
  assertEquals(f.commands, [["record_notifications", {
    items: [{ channel: OWN, offset: 5, shown: true }],
  }]]);
  f.clock.advance(4_000);
  assertEquals(f.titles(), []);
});

Deno.test("[T2] only what is critical interrupts; high and critical are recorded at once", async () => {
  using f = setUp();
  f.alert("high", "Sanctions");
  f.alert("critical", "Blocked");
  assertEquals(f.said, [["Sanctions", false], ["Blocked", true]]);
  await Promise.resolve();
  assertEquals(f.commands, [["record_notifications", {
    items: [
      { channel: "alerts", offset: 1, shown: true },
      { channel: "alerts", offset: 2, shown: true },
    ],
  }]]);
  f.clock.advance(1_000_000);
  assertEquals(f.titles(), ["Blocked", "Sanctions"]);
});

Deno.test("[T3] what is hidden was delivered, not shown", () => {
  using f = setUp();
  f.live.pause("hidden");
  f.direct("Lunch?");
  f.clock.advance(2_000);
  assertEquals(f.titles(), []);
  assertEquals(f.commands, [["record_notifications", {
    items: [{ channel: OWN, offset: 5, delivered: true }],
  }]]);
  f.live.resume("hidden");
  assertEquals(f.titles(), ["Message from bo"]);
});

Deno.test("[T5] after a loss what was missed is one digest, and is not said again", () => {
  using f = setUp();
  f.be("reconnecting");
  f.be("live");
  f.be("catching_up");
  f.direct("one");
  f.direct("two");
  f.alert("medium", "three");
  f.be("live");
  f.clock.advance(1_000);
  assertEquals(
    f.live.toasts.value.map(({ title, body }) => [title, body]),
    [["Reconnected", "3 updates received."]],
  );
  assertEquals(f.said, []);
  assertEquals(f.live.unread.value, 3);
  f.direct("four");
  assertEquals(f.titles(), ["Reconnected", "Message from bo"]);
});

Deno.test("[T5] critical ones pass at once, high ones stand by themselves, one alone is no digest", () => {
  using f = setUp();
  f.be("offline");
  f.be("catching_up");
  f.alert("critical", "Blocked");
  assertEquals(f.titles(), ["Blocked"]);
  f.alert("high", "Sanctions");
  f.be("live");
  f.clock.advance(1_000);
  assertEquals(f.titles(), ["Blocked", "Sanctions"]);
});

Deno.test("[T4] time stands still while the connection is away", () => {
  using f = setUp();
  f.direct("Lunch?");
  f.clock.advance(5_000);
  f.be("reconnecting");
  f.clock.advance(60_000);
  assertEquals(f.titles(), ["Message from bo"]);
  f.be("live");
  f.clock.advance(999);
  assertEquals(f.titles(), ["Message from bo"]);
  f.clock.advance(1);
  assertEquals(f.titles(), []);
});

Deno.test("[T3] dismissing acknowledges what would go by itself; what stays is still unread", () => {
  using f = setUp();
  f.direct("Lunch?");
  f.live.dismiss(f.live.toasts.value[0]);
  f.live.flush();
  assertEquals(f.commands, [["record_notifications", {
    items: [{ channel: OWN, offset: 5, acknowledged: true }],
  }]]);
  f.alert("high", "Sanctions");
  f.live.dismiss(f.live.toasts.value[0]);
  f.live.flush();
  assertEquals(f.commands[1], ["record_notifications", {
    items: [{ channel: "alerts", offset: 1, shown: true }],
  }]);
});

Deno.test("[T6] acknowledged in another tab, a toast goes and the count falls", () => {
  using f = setUp();
  f.direct("Lunch?");
  f.alert("high", "Sanctions");
  f.record([{ channel: OWN, offset: 5, level: "acknowledged" }]);
  assertEquals(f.titles(), ["Sanctions"]);
  assertEquals(f.live.unread.value, 1);
  f.record([{ channel: "alerts", offset: 1, level: "shown" }]);
  assertEquals(f.live.unread.value, 1);
});

Deno.test("[T6] all acknowledged elsewhere: the toasts go and the server is asked for the count", async () => {
  using f = setUp();
  f.alert("high", "Sanctions");
  f.record([
    { channel: "alerts", offset: 1, level: "acknowledged", through: true },
  ]);
  assertEquals(f.titles(), []);
  await Promise.resolve();
  assertEquals(f.live.unread.value, 7);
});

Deno.test("[T4] quiet shows critical ones only; sound is off until it is asked for", () => {
  using f = setUp({}, { quiet: true });
  f.direct("Lunch?");
  f.alert("critical", "Blocked");
  assertEquals(f.titles(), ["Blocked"]);
  assertEquals(f.sounds, []);
  f.preferences.value = { pace: 1, quiet: false, sound: true };
  f.direct("Lunch?");
  assertEquals(f.sounds, [false]);
});

Deno.test("[T2] one that stays stands on the next page again, and is not said again", () => {
  using f = setUp({
    unread: 1,
    sticky: [{
      key: "alerts#1",
      dedupeKey: "alert:a1",
      severity: "critical",
      title: "Blocked",
      body: "",
      href: "/alerts",
      sticky: true,
      assertive: true,
    }],
  });
  assertEquals(f.titles(), ["Blocked"]);
  assertEquals(f.said, []);
  assertEquals(f.live.unread.value, 1);
});

Deno.test("[T2] being signed out interrupts, once", () => {
  using f = setUp();
  f.be("denied");
  f.be("denied");
  assertEquals(f.said.map(([, assertive]) => assertive), [true]);
});

Deno.test("[P10] a log that was replaced is followed from its new head", () => {
  using f = setUp();
  f.followers.get(OWN)?.reset?.("diverged");
  assertEquals(f.since.get(OWN), undefined);
  f.direct("Lunch?");
  assertEquals(f.titles(), ["Message from bo"]);
});

Deno.test("[T4] stopped, it leaves no timer and no follower behind", () => {
  const f = setUp();
  f.direct("Lunch?");
  f.live.stop();
  assertEquals([f.clock.pending, f.followers.size], [0, 0]);
});

const POLL = { sessionId: "s1", pollId: "p1", question: "Which?", by: "Bo" };

function titles({ live }: ReturnType<typeof setUp>): string[] {
  return live.toasts.value.map(({ title, count }) => `${title} ×${count}`);
}

Deno.test("[T4] the end of a poll takes the wish for a vote away", () => {
  const page = setUp();
  page.notice("poll_opened", { ...POLL, round: 1, closesAt: null });
  assertEquals(titles(page), ["Your vote is asked ×1"]);
  page.notice("poll_closed", { ...POLL, state: "passed", winner: "B" });
  assertEquals(titles(page), ["Poll passed ×1"]);
});

Deno.test("[T4] an alert that another takes in hand stands no more, and is told anew when it is raised again", () => {
  using f = setUp();
  const alert = (event: string) =>
    f.publish("ALERT", "alerts", {
      event,
      alertId: "a1",
      severity: "critical",
      title: "Late",
    });
  alert("alert_raised");
  assertEquals(f.titles(), ["Late"]);
  alert("alert_acknowledged");
  assertEquals(f.titles(), []);
  assertEquals(f.said.length, 1);
  alert("alert_resolved");
  alert("alert_raised");
  assertEquals(f.titles(), ["Late"]);
});

Deno.test("[T4] one's own vote takes the wish for it away, another's does not", () => {
  const page = setUp();
  page.notice("poll_opened", { ...POLL, round: 1, closesAt: null });
  const vote = (userId: string) =>
    page.listeners.emit("CONSENSUS_UPDATE", {
      type: "CONSENSUS_UPDATE",
      payload: {
        event: "vote_cast",
        pollId: "p1",
        round: 1,
        userId,
        name: userId,
        commitment: "c0",
      },
    });
  vote("bo");
  assertEquals(titles(page), ["Your vote is asked ×1"]);
  vote("ana");
  assertEquals(titles(page), []);
  assertEquals(page.live.unread.value, 1, "it stays in the inbox");
});

Deno.test("[T4] a vote is not asked for any more once it is cast, however late that is told; a new round asks again", () => {
  const page = setUp();
  const update = (payload: ConsensusUpdate) =>
    page.listeners.emit("CONSENSUS_UPDATE", {
      type: "CONSENSUS_UPDATE",
      payload,
    });
  page.be("reconnecting");
  page.notice("poll_opened", { ...POLL, round: 1, closesAt: null });
  update({
    event: "vote_cast",
    pollId: "p1",
    round: 1,
    userId: "ana",
    name: "Ana",
    commitment: "c0",
  });
  page.be("live");
  page.clock.advance(1_000);
  assertEquals(titles(page), []);
  update({
    event: "round_ended",
    pollId: "p1",
    round: 1,
    result: {
      engine: 1,
      state: "tied",
      winner: null,
      tally: null,
      agreement: null,
      dissent: null,
      turnout: {
        castWeight: 1,
        eligibleWeight: 1,
        castCount: 1,
        eligibleCount: 1,
        share: 1,
        quorum: 0,
        reached: true,
      },
    },
    closedBy: "bo",
    name: "Bo",
  });
  page.notice("poll_opened", { ...POLL, round: 2, closesAt: null });
  assertEquals(titles(page), ["Round 2: vote again ×1"]);
});

Deno.test("[T1] what comes while the words are loaded is told in order once they are there", async () => {
  const { promise, resolve } = Promise.withResolvers<typeof notificationOf>();
  const page = setUp({ words: () => promise });
  page.alert("low", "Disk");
  page.notice("poll_opened", { ...POLL, round: 1, closesAt: null });
  page.record([{ channel: "alerts", offset: 1, level: "acknowledged" }]);
  assertEquals(titles(page), []);
  resolve(notificationOf);
  for (let n = 0; n < 10; n++) await Promise.resolve();
  assertEquals(titles(page), ["Your vote is asked ×1"]);
});

Deno.test("[T1] where the words of its build are gone, a page still says that there is something", async () => {
  const page = setUp({ words: () => Promise.reject(new Error("gone")) });
  page.direct("Hello");
  page.direct("Are you there?");
  for (let n = 0; n < 10; n++) await Promise.resolve();
  assertEquals(titles(page), ["Something new in your inbox ×2"]);
});
