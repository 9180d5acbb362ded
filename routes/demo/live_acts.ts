/** What the people of the demo may do next while somebody watches: real commands, chosen by chance. */
import type { DemoPersonName } from "./demo_people.ts";
import { depositAlert, openIds } from "./case_open.ts";
import { CRITERIA } from "./case_matter.ts";
import { demoId, type DemoPlan } from "./demo_step.ts";

/** A command of one of them. */
export interface LiveCommand {
  readonly as: DemoPersonName;
  readonly command: string;
  readonly input: { readonly [name: string]: unknown };
  /** Makes it happen once, however often it is chosen. */
  readonly messageId?: string;
}

export type LiveAct =
  | { readonly kind: "command"; readonly does: LiveCommand }
  /** The first of these that was not said yet. */
  | { readonly kind: "comment"; readonly of: readonly LiveCommand[] }
  /** A weight that is dragged, then let go. */
  | {
    readonly kind: "drag";
    readonly as: DemoPersonName;
    readonly criterion: string;
    /** Where it is let go, from 0 to 100. */
    readonly to: number;
  };

const COMMENTS: readonly (readonly [DemoPersonName, string])[] = [
  ["aisha", "I have the licence register open: granted in March, no branch."],
  ["jonas", "They sent two invoices just now. Same number on both."],
  ["priya", "Then asking for documents has already told us something."],
  ["tomas", "Look at the flip point: a little more on risk and we report."],
  ["mara", "Is anybody against holding the money until tomorrow noon?"],
  ["jonas", "Not me. The customer will shout, but that is fine."],
  ["aisha", "Another deposit of 9,800 at the counter this morning."],
  ["priya", "Keep it factual in the file: what we saw, not what we think."],
  ["tomas", "Velocity fired too. Four rules on one payment is rare."],
  ["mara", "Let us vote before the day is over."],
  ["aisha", "The name match went from 0.79 to 0.81 with the new list."],
  ["jonas", "Still under the threshold. But I change my vote."],
];

const VOTERS = ["mara", "tomas", "aisha", "jonas", "priya"] as const;
/** Reporting and asking are close, releasing is rare. */
const CHOICES = ["report", "report", "documents", "documents", "release"];
const DRAGGERS = ["tomas", "priya", "aisha", "mara"] as const;

/** @param random From 0 up to 1, as `Math.random`. */
export function nextAct(plan: DemoPlan, random: () => number): LiveAct {
  const { sessionId, pollId, dedupeKey } = openIds(plan);
  const roll = random();
  if (roll < 0.4) return { kind: "comment", of: comments(plan, sessionId) };
  if (roll < 0.65) {
    const { id } = pick(CRITERIA, random);
    const to = 5 * Math.round(2 + random() * 9);
    return { kind: "drag", as: pick(DRAGGERS, random), criterion: id, to };
  }
  const does = roll < 0.85
    ? {
      as: pick(VOTERS, random),
      command: "cast_ballot",
      input: {
        sessionId,
        pollId,
        choice: pick(CHOICES, random),
        confidence: Math.round(50 + random() * 45) / 100,
      },
    }
    : roll < 0.93
    ? {
      as: "priya" as const,
      command: "set_participant_status",
      input: { sessionId, status: random() < 0.5 ? "away" : "active" },
    }
    : {
      as: "aisha" as const,
      command: "raise_alert",
      input: depositAlert({ sessionId, dedupeKey }).body,
    };
  return { kind: "command", does };
}

function comments(
  plan: DemoPlan,
  sessionId: string,
): readonly LiveCommand[] {
  return COMMENTS.map(([as, text], nth) => ({
    as,
    command: "post_message",
    input: { sessionId, text },
    messageId: `${demoId(plan, "live")}.${nth}`,
  }));
}

function pick<Item>(items: readonly Item[], random: () => number): Item {
  return items[Math.min(items.length - 1, Math.floor(random() * items.length))];
}
