/** What was learned is the fold of its log: from any prefix on, and however channels are read beside each other. */
import fc from "fast-check";
import { assertEquals } from "@std/assert";
import type { RecordedEvent } from "../../../domain/decider.ts";
import {
  feedbackGiven,
  type Outcome,
  proposalSettled,
  weightsProposed,
} from "../../../domain/learning/events.ts";
import {
  createFeedbackIndexer,
  inOrder,
  LABELS_VIEW,
  readLabelRow,
} from "../../../domain/learning/feedback_view.ts";
import { trustIn } from "../../../domain/learning/feedback.ts";
import { evolve, initial } from "../../../domain/learning/proposal.ts";
import { createProposalIndexer } from "../../../domain/learning/proposal_view.ts";

const SUBJECT = "learning:rule:r1";
const CHANNELS = ["learning", "session:s1", "session:s2"];

interface Said {
  readonly user: string;
  readonly evaluation: string | null;
  readonly outcome: Outcome;
  /** Of the server's clock, which may stand still. */
  readonly at: number;
}

const said: fc.Arbitrary<Said> = fc.record({
  user: fc.constantFrom("ana", "ben", "cem"),
  evaluation: fc.constantFrom(null, "e1", "e2"),
  outcome: fc.constantFrom<Outcome>("correct", "incorrect"),
  at: fc.nat(5),
});

/** What was said in each channel, in its order. */
const logs = fc.tuple(
  ...CHANNELS.map((channel) =>
    fc.array(said, { maxLength: 12 }).map((list) =>
      list.map(({ user, evaluation, outcome, at }, index): RecordedEvent => {
        const { type, v, body } = feedbackGiven({
          subject: { kind: "rule", id: "r1", evaluationId: evaluation },
          outcome,
          comment: null,
          sessionId: channel === "learning" ? null : channel.slice(8),
        }, { userId: user, name: user });
        return { type, v, body, channel, offset: index + 1, at, sender: user };
      })
    )
  ),
);

/** Reads the channels in turns, each in its order. */
function interleaved(
  channels: readonly (readonly RecordedEvent[])[],
  turns: readonly number[],
): readonly RecordedEvent[] {
  const left = channels.map((one) => [...one]);
  const inTurns = turns.flatMap((turn) =>
    left[turn % left.length].shift() ?? []
  );
  return [...inTurns, ...left.flat()];
}

/** The trust that the rows add up to, as the reading over all channels has it. */
function trustFrom(events: readonly RecordedEvent[]) {
  const rowsOf = createFeedbackIndexer();
  const held = new Map(
    events.flatMap((event) => rowsOf(event, SUBJECT))
      .filter(({ view }) => view === LABELS_VIEW)
      .map(({ key, data }) => [key, data]),
  );
  const labels = [...held.values()].flatMap((data) =>
    data ? readLabelRow(data) ?? [] : []
  );
  return trustIn(inOrder(labels));
}

Deno.test("[LE9] however channels are read beside each other, the trust is the same to the bit", () => {
  const turns = fc.array(fc.nat(2), { maxLength: 40 });
  fc.assert(fc.property(logs, turns, turns, (channels, one, other) => {
    assertEquals(
      trustFrom(interleaved(channels, one)),
      trustFrom(interleaved(channels, other)),
    );
  }));
});

Deno.test("[LE9] rows written over those of any prefix are those of the whole", () => {
  fc.assert(fc.property(logs, fc.nat(36), (channels, cut) => {
    const events = channels.flat();
    const rowsOf = createFeedbackIndexer();
    const rows = (some: readonly RecordedEvent[]) =>
      some.flatMap((event) => rowsOf(event, SUBJECT));
    const held = (list: ReturnType<typeof rows>) =>
      new Map(list.map(({ view, key, data }) => [`${view} ${key}`, data]));
    assertEquals(
      held([...rows(events.slice(0, cut)), ...rows(events.slice(cut))]),
      held(rows(events)),
    );
  }));
});

const GIL = { userId: "gil", name: "Gil" };

/** Any entries of a proposal's subject, in any order: most of them no decider would write. */
const proposals = fc.array(
  fc.constantFrom("propose", "accept", "reject", "foreign", "erased"),
  { maxLength: 8 },
).map((list) =>
  list.map((what, index): RecordedEvent => {
    const about = { proposalId: what === "foreign" ? "p2" : "p1" };
    const { type, v, body } = what === "propose"
      ? weightsProposed({
        ...about,
        weights: [{ id: "cost", label: "Cost", before: 0.5, after: 1 }],
        evidence: {
          decisionIds: ["d1"],
          counted: index,
          before: -0.7,
          after: -0.5,
          restsOn: ["ana"],
        },
      }, GIL)
      : proposalSettled(
        { ...about, accepted: what !== "reject", reason: `${index}` },
        GIL,
      );
    return {
      type,
      v,
      body: what === "erased" ? null : body,
      channel: "learning",
      offset: index + 1,
      at: 1_000 + index,
      sender: "gil",
    };
  })
);

Deno.test("[LE9] a proposal replayed from any prefix on is the proposal, and so is its row", () => {
  fc.assert(fc.property(proposals, fc.nat(8), (events, cut) => {
    const stored: RecordedEvent[] = JSON.parse(JSON.stringify(events));
    const whole = events.reduce(evolve, initial());
    const half = stored.slice(0, cut).reduce(evolve, initial());
    assertEquals(stored.slice(cut).reduce(evolve, half), whole);
    const rowsOf = createProposalIndexer();
    const rows = stored.flatMap((one) => rowsOf(one, "learning:proposal:p1"));
    assertEquals(rows.length > 0, whole.status !== "none");
    const status = whole.status === "none" ? undefined : whole.status;
    const last = JSON.parse(JSON.stringify(rows.at(-1)?.data ?? {}));
    assertEquals(last.status, status);
  }));
});
