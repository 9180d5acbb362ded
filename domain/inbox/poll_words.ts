/** Words for polls: a ballot that is asked for, a result. */
import { isRecord } from "./events.ts";
import {
  type Body,
  sessionOf,
  sessionPath,
  type Severity,
  text,
  type Told,
  type Words,
} from "./words.ts";

/** A poll that closes within this asks more urgently. */
const SOON_MS = 60 * 60 * 1000;

const OUTCOMES: Readonly<Record<string, readonly [Severity, string]>> = {
  passed: ["success", "Poll passed"],
  rejected: ["info", "Poll rejected"],
  no_quorum: ["medium", "Poll closed without quorum"],
  vetoed: ["medium", "Poll vetoed"],
  tied: ["medium", "Poll tied"],
  cancelled: ["info", "Poll cancelled"],
};

/** A ballot is asked for: in the first round, or again in a later one. */
export function pollOpened(body: Body, { at = 0 }: Told): Words {
  const { round, closesAt } = body;
  const isSoon = typeof closesAt === "number" && closesAt - at <= SOON_MS;
  const by = text(body.by);
  const again = typeof round === "number" && round > 1;
  return {
    severity: isSoon ? "medium" : "info",
    title: again ? `Round ${round}: vote again` : "Your vote is asked",
    body: [
      quoted(body.question),
      isSoon
        ? "Closes within the hour."
        : again || !by
        ? ""
        : `Asked by ${by}.`,
    ].filter(Boolean).join(" "),
    href: pollPath(body),
    dedupeKey: askedKey(text(body.pollId)),
  };
}

/** The notice to its voters; `winner` is a label. */
export function pollClosed(body: Body): Words {
  return {
    ...ended(body, text(body.state), text(body.winner)),
    href: pollPath(body),
  };
}

/** The entry itself, on the session's channel. */
export function consensusUpdate(body: Body, told: Told): Words | undefined {
  if (body.event !== "consensus_result") return undefined;
  const result = isRecord(body.result) ? body.result : body;
  return {
    ...ended(
      { ...result, ...body },
      text(result.state),
      text(result.winner),
    ),
    href: pollPath({ ...body, sessionId: body.sessionId ?? sessionOf(told) }),
  };
}

/** Names the toast that asks for a ballot: voting, or the end of the poll, takes it away. */
export function askedKey(pollId: string | undefined): string {
  return `poll:${pollId ?? ""}:asked`;
}

function ended(
  body: Body,
  state = "",
  winner: string | undefined,
): Omit<Words, "href"> {
  const [severity, title] = Object.hasOwn(OUTCOMES, state)
    ? OUTCOMES[state]
    : ["info" as const, "Poll closed"];
  const pollId = text(body.pollId);
  return {
    severity,
    title,
    body: [quoted(body.question), winner && `Chosen: ${winner}.`]
      .filter(Boolean).join(" "),
    // The notice and the entry tell of the same: one toast, on whichever channel it came.
    ...pollId && { dedupeKey: `poll:${pollId}:result`, ends: askedKey(pollId) },
  };
}

function pollPath({ sessionId, pollId }: Body): string {
  const path = sessionPath(sessionId);
  const id = text(pollId);
  return id === undefined
    ? path
    : `${path}?poll=${encodeURIComponent(id)}#poll`;
}

function quoted(question: unknown): string {
  const words = text(question);
  return words === undefined ? "" : `“${words}”`;
}
