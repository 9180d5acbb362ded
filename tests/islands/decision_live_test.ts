/** The live decision: the same evolve, others' hands on the weights, own scores until they are back. */
import { assertEquals } from "@std/assert";
import { evolve, initial } from "../../domain/decisions/live/live_decision.ts";
import type { RecordedEvent } from "../../domain/decider.ts";
import { createActions } from "../../islands/decision_acts.ts";
import { figuresOf } from "../../islands/decision_engine.ts";
import { DRAG_LASTS_MS, goLive } from "../../islands/decision_live.ts";
import {
  createDecision,
  letGo,
  moveWeight,
} from "../../islands/decision_model.ts";
import {
  type DecisionPageState,
  packDecision,
} from "../../islands/decision_state.ts";
import type { Follower } from "../../realtime/client/channels.ts";
import { MessageRefused } from "../../realtime/client/message_refused.ts";
import type { Acknowledgement } from "../../realtime/client/outbox.ts";
import type {
  ClientPosition,
  Incoming,
  Outgoing,
  Publication,
} from "../../realtime/client/wire.ts";
import { FakeClock } from "../realtime/client/fakes.ts";

const CHANNEL = "decisions";
const ANA = { userId: "ana", name: "Ana" };
const BEN = { userId: "ben", name: "Ben" };

const OPENED = {
  event: "decision_opened",
  decisionId: "d1",
  title: "Which vendor?",
  description: null,
  method: "wsm",
  params: {},
  aggregation: "median",
  alternatives: [{ id: "n", label: "North" }, { id: "d", label: "Delta" }],
  criteria: ["cost", "fit", "time"].map((id, j) => ({
    id,
    label: id,
    unit: null,
    direction: "benefit",
    weight: [50, 30, 20][j],
  })),
  blind: false,
  openedBy: "ana",
  name: "Ana",
};

const SCORES = {
  n: { cost: 9, fit: 1, time: 5 },
  d: { cost: 1, fit: 9, time: 5 },
};

function event(
  offset: number,
  body: RecordedEvent["body"],
  change: Partial<RecordedEvent> = {},
): RecordedEvent {
  return {
    type: "DECISION_ANALYSIS_RESULT",
    v: 1,
    channel: CHANNEL,
    offset,
    at: offset,
    sender: "ana",
    body,
    ...change,
  };
}

/** The page of a decision that Ben has scored, read by Ana at entry 2. */
function pageState(opened: object = {}): DecisionPageState {
  const scored = {
    event: "scores_given",
    decisionId: "d1",
    ...BEN,
    ...("blind" in opened ? { commitment: "c" } : { scores: SCORES }),
  };
  const state = [event(1, { ...OPENED, ...opened }), event(2, scored)]
    .reduce(evolve, initial());
  if (state.status === "none") throw new Error("it was not opened");
  return {
    decision: packDecision(state),
    position: { channel: CHANNEL, epoch: "e1", offset: 2, hash: "h2" },
    reader: ANA,
    rights: { score: true, shape: true },
    asked: [],
    figures: figuresOf(state),
    readAt: 1,
    zone: "UTC",
    formId: "f1",
    build: "b1",
  };
}

/** A page over a client whose every answer the test gives. */
function livePage(
  { opened = {}, fresh, mine }: {
    readonly opened?: object;
    /** What a new reading of the page says. */
    readonly fresh?: DecisionPageState;
    /** Own scores as the server tells them. */
    readonly mine?: object;
  } = {},
) {
  const model = createDecision(pageState(opened));
  const clock = new FakeClock();
  const resumed: ClientPosition[] = [];
  const requests: Outgoing[] = [];
  const commands: { command: string; input: unknown; messageId?: string }[] =
    [];
  const answers: PromiseWithResolvers<Acknowledgement>[] = [];
  const taken: PromiseWithResolvers<Incoming>[] = [];
  let follower: Follower = {};
  let since: ClientPosition | undefined;
  let ids = 0;
  const stop = goLive(model, {
    client: {
      follow: (_channel, given, from) => {
        follower = given;
        since = from;
        return {
          position: from,
          resume: (position) => void resumed.push(position),
          stop: () => {},
        };
      },
      command: (command, input, messageId) => {
        commands.push({ command, input, messageId });
        answers.push(Promise.withResolvers());
        return answers[answers.length - 1].promise;
      },
      request: (message) => {
        requests.push(message);
        taken.push(Promise.withResolvers());
        return taken[taken.length - 1].promise;
      },
    },
    reload: () => Promise.resolve(fresh),
    load: () =>
      Promise.resolve({
        figuresOf,
        createActions: (model, page) =>
          createActions(model, page, { newId: () => `m-${++ids}` }),
      }),
    readOver: () => Promise.resolve({ mine }),
    clock,
  });
  return {
    model,
    clock,
    stop,
    since,
    resumed,
    commands,
    answers,
    requests,
    taken,
    publish: (
      offset: number,
      body: RecordedEvent["body"],
      change: Partial<Publication> = {},
    ) => follower.publication?.(publication(offset, body, change)),
    signal: (payload: Incoming["payload"]) =>
      follower.signal?.({
        type: "DECISION_ANALYSIS_RESULT",
        payload,
        body: payload,
      }),
    act: async () => {
      model.prepare.peek()?.();
      await turn();
      const actions = model.actions.peek();
      if (!actions) throw new Error("its script has not come");
      return actions;
    },
  };
}

function publication(
  offset: number,
  body: RecordedEvent["body"],
  change: Partial<Publication>,
): Publication {
  return {
    type: "DECISION_ANALYSIS_RESULT",
    channel: CHANNEL,
    epoch: "e1",
    offset,
    hash: `h${offset}`,
    at: offset,
    sender: "ben",
    payload: {},
    body,
    ...change,
  };
}

function acknowledged(...offsets: number[]): Acknowledgement {
  const positions = offsets.map((offset) => ({
    channel: CHANNEL,
    epoch: "e1",
    offset,
  }));
  return { messageId: "m", result: null, positions, duplicate: false };
}

async function turn(): Promise<void> {
  for (let n = 0; n < 20; n++) await Promise.resolve();
}

const DRAGGED = {
  event: "weights_dragged",
  decisionId: "d1",
  ...BEN,
  weights: { cost: 5 / 0.7, fit: 90, time: 2 / 0.7 },
};

const WEIGHED = {
  event: "weights_changed",
  decisionId: "d1",
  ...BEN,
  weights: { cost: 10, fit: 86, time: 4 },
};

Deno.test("[P24] the decision follows from the position its page was read at", () => {
  const page = livePage();
  assertEquals(page.since, { epoch: "e1", offset: 2, hash: "h2" });
  page.stop();
});

Deno.test("weights that were set move the ranking and the position", async () => {
  const page = livePage();
  assertEquals(page.model.figures.value.ranks, [1, 2]);
  page.publish(3, WEIGHED);
  await turn();
  assertEquals(page.model.figures.value.ranks, [2, 1]);
  assertEquals(page.model.position.value.offset, 3);
  assertEquals(page.model.says.value, "Delta leads");
  page.stop();
});

Deno.test("what the channel carries of others only moves the position", () => {
  const page = livePage();
  const before = page.model.decision.value;
  page.publish(3, { ...WEIGHED, decisionId: "other" });
  page.publish(4, { event: "message_posted" }, { type: "SESSION_UPDATE" });
  page.publish(5, { event: "analysis_recorded" }, { v: 7 });
  assertEquals(page.model.decision.value, before);
  assertEquals(page.model.position.value.offset, 5);
  assertEquals(page.resumed, []);
  page.stop();
});

for (
  const [what, body, change] of [
    ["an event it does not know", { ...WEIGHED, event: "decision_split" }, {}],
    ["a version it does not know", WEIGHED, { v: 2 }],
    ["an erased body", null, {}],
  ] as const
) {
  Deno.test(`${what} reads the page again and goes on from there`, async () => {
    const again = pageState({ title: "Read again" });
    const position = { ...again.position, offset: 9, hash: "h9" };
    const page = livePage({ fresh: { ...again, position } });
    page.publish(3, body, change);
    // What comes meanwhile is asked for again.
    page.publish(4, WEIGHED);
    await turn();
    const decision = page.model.decision.value;
    assertEquals(decision.title, "Read again");
    assertEquals(decision.criteria[0].weight, 50);
    assertEquals(page.resumed, [{ epoch: "e1", offset: 9, hash: "h9" }]);
    page.stop();
  });
}

Deno.test("somebody's hand on a weight moves the ranking, says who and what, and keeps nothing", async () => {
  const page = livePage();
  page.signal(DRAGGED);
  await turn();
  assertEquals(page.model.figures.value.ranks, [2, 1]);
  const drag = page.model.drag.value;
  assertEquals([drag?.by.name, drag?.criterion], ["Ben", "fit"]);
  assertEquals(page.model.decision.value.criteria[1].weight, 30);
  // Bars keep their places as long as he holds on.
  assertEquals(page.model.order.value, [0, 1]);
  page.stop();
});

Deno.test("a hand of which nothing is heard for five seconds is gone", async () => {
  const page = livePage();
  page.signal(DRAGGED);
  page.clock.advance(DRAG_LASTS_MS - 1);
  page.signal(DRAGGED);
  page.clock.advance(DRAG_LASTS_MS - 1);
  assertEquals(page.model.drag.value?.by.name, "Ben");
  page.clock.advance(1);
  await turn();
  assertEquals(page.model.drag.value, undefined);
  assertEquals(page.model.figures.value.ranks, [1, 2]);
  page.stop();
});

Deno.test("weights that are stored end the moving of who set them", async () => {
  const page = livePage();
  page.signal(DRAGGED);
  page.publish(3, { ...WEIGHED, userId: "chidi" });
  assertEquals(page.model.drag.value?.by.name, "Ben");
  page.publish(4, WEIGHED);
  await turn();
  assertEquals(page.model.drag.value, undefined);
  assertEquals(page.model.order.value, [1, 0]);
  page.stop();
});

Deno.test("one's own hand moves the ranking at once, and tells the latest only", async () => {
  const page = livePage();
  const hand = await page.act();
  for (const share of [0.5, 0.6, 0.9]) hand.moveWeight("fit", share);
  await turn();
  assertEquals(page.model.figures.value.ranks, [2, 1]);
  // The first is under way; of the others only the last will be told.
  assertEquals(page.requests.map(weightTold), [50]);
  page.taken[0].resolve({ type: "ACK", payload: {}, body: {} });
  await turn();
  assertEquals(page.requests.length, 1);
  page.clock.advance(50);
  assertEquals(page.requests.map(weightTold), [50, 90]);
  // Nobody else's hand counts while one's own is on it.
  page.signal(DRAGGED);
  assertEquals(page.model.drag.value?.by, ANA);
  page.stop();
});

function weightTold({ payload }: Outgoing): unknown {
  return JSON.parse(JSON.stringify(payload)).input.weights.fit;
}

Deno.test("a weight moved before the script has come moves when it has", async () => {
  const page = livePage();
  moveWeight(page.model, "fit", 0.86);
  letGo(page.model);
  assertEquals(page.commands, []);
  await turn();
  assertEquals(page.commands.map(({ command }) => command), ["set_weights"]);
  assertEquals(page.model.figures.value.ranks, [2, 1]);
  page.stop();
});

Deno.test("letting go stores the weights, which stay shown until their entry is back", async () => {
  const page = livePage();
  const hand = await page.act();
  hand.moveWeight("fit", 0.86);
  hand.letGo();
  assertEquals(page.commands, [{
    command: "set_weights",
    input: { decisionId: "d1", weights: { cost: 10, fit: 86, time: 4 } },
    messageId: "m-1",
  }]);
  page.answers[0].resolve(acknowledged(3));
  await turn();
  assertEquals(page.model.drag.value?.state, "stored");
  page.publish(3, { ...WEIGHED, ...ANA });
  assertEquals(page.model.drag.value, undefined);
  assertEquals(page.model.decision.value.criteria[1].weight, 86);
  page.stop();
});

Deno.test("a second hand on the weights goes on from what the first one left", async () => {
  const page = livePage();
  const hand = await page.act();
  hand.moveWeight("fit", 0.3);
  hand.moveWeight("fit", 0.86);
  hand.letGo();
  hand.moveWeight("cost", 0.55);
  assertEquals(page.model.drag.value?.weights, { cost: 55, fit: 43, time: 2 });
  // The entry of the first comes back while the second is under way.
  page.publish(3, { ...WEIGHED, ...ANA });
  assertEquals(page.model.drag.value?.criterion, "cost");
  page.stop();
});

Deno.test("weights that were refused go back to those that are stored, and say why", async () => {
  const page = livePage();
  const hand = await page.act();
  hand.moveWeight("fit", 0.86);
  hand.letGo();
  page.answers[0].reject(new MessageRefused("forbidden", "Not with your role"));
  await turn();
  assertEquals(page.model.drag.value, undefined);
  assertEquals(page.model.mistake.value?.message, "Not with your role");
  page.stop();
});

Deno.test("own scores count at once, and wait until their entry is back", async () => {
  const page = livePage();
  const { give } = await page.act();
  give({ n: { fit: 9 } });
  assertEquals(page.model.own.value, { n: { fit: 9 } });
  // The median of 1 and 9.
  assertEquals(page.model.together.value.cells[0][1].value, 5);
  page.answers[0].resolve(acknowledged(3));
  await turn();
  assertEquals(page.model.waiting.value.length, 1);
  const scores = { n: { fit: 9 } };
  const given = { event: "scores_given", decisionId: "d1", ...ANA, scores };
  page.publish(3, given, { sender: "ana", messageId: "m-1" });
  assertEquals(page.model.waiting.value, []);
  assertEquals(page.model.own.value, scores);
  assertEquals(page.model.together.value.cells[0][1].value, 5);
  page.stop();
});

Deno.test("scores that were refused are taken back, and the others stay", async () => {
  const page = livePage();
  const { give } = await page.act();
  give({ n: { fit: 9 } });
  give({ n: { time: 1 } });
  page.answers[0].reject(new MessageRefused("conflict", "It was closed"));
  await turn();
  assertEquals(page.model.own.value, { n: { time: 1 } });
  assertEquals(page.model.mistake.value?.message, "It was closed");
  page.stop();
});

Deno.test("blind: an own sealed entry settles what waits, though it says nothing", async () => {
  const page = livePage({ opened: { blind: true } });
  const { give } = await page.act();
  give({ n: { fit: 9 } });
  const sealed = { event: "scores_given", decisionId: "d1", ...ANA };
  page.publish(3, { ...sealed, commitment: "c2" }, { messageId: "m-1" });
  assertEquals(page.model.waiting.value, []);
  assertEquals(page.model.own.value, { n: { fit: 9 } });
  assertEquals(page.model.together.value.cells[0][1].value, null);
  page.stop();
});

Deno.test("blind: own scores of another tab are read from the server", async () => {
  const mine = { d: { cost: 4 } };
  const page = livePage({ opened: { blind: true }, mine });
  const sealed = { event: "scores_given", decisionId: "d1", ...ANA };
  page.publish(3, { ...sealed, commitment: "c2" }, { messageId: "elsewhere" });
  await turn();
  assertEquals(page.model.own.value, mine);
  page.stop();
});

Deno.test("the reveal shows the group's scores", async () => {
  const page = livePage({ opened: { blind: true } });
  page.publish(3, {
    event: "scores_revealed",
    decisionId: "d1",
    part: 1,
    parts: 1,
    sheets: [{ ...BEN, scores: SCORES, salt: "s" }],
  });
  await turn();
  assertEquals(page.model.figures.value.ranks, [1, 2]);
  assertEquals(page.model.together.value.cells[0][0].value, 9);
  page.stop();
});

Deno.test("a new alternative reads the page again: its scores may be older", async () => {
  const page = livePage();
  const added = [...OPENED.alternatives, { id: "t", label: "Third" }];
  page.publish(3, {
    ...OPENED,
    event: "decision_changed",
    alternatives: added,
  });
  await turn();
  assertEquals(page.model.decision.value.alternatives.length, 2);
  page.stop();
});

Deno.test("stopping leaves no timer behind", async () => {
  const page = livePage();
  page.signal(DRAGGED);
  await turn();
  page.stop();
  assertEquals(page.clock.pending, 0);
});
