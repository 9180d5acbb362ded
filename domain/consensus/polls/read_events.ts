/** Reads stored bodies of poll events: what another version wrote must not make a fold throw. */
import type { Json } from "../../decider.ts";
import {
  listOf,
  numberOf,
  recordOf,
  textOf,
  textsOf,
} from "../../read_json.ts";
import { MAX_VOTER_WEIGHT, MAX_VOTERS } from "./electorate.ts";
import type { Alternative, EligibleVoter, PollSettings } from "./events.ts";
import { isPollMethod, type PollMethod, PROPOSAL_CHOICES } from "./methods.ts";
import {
  OUTCOMES,
  type PollAgreement,
  type PollDissent,
  type PollResult,
  type PollTally,
  type PollTurnout,
} from "./outcome.ts";

type Body = { readonly [key: string]: Json };

/** Null when it is no opening that we know how to run. */
export function readSettings(body: Body): PollSettings | null {
  const { method } = body;
  const pollId = textOf(body.pollId);
  if (pollId === null || !isPollMethod(method)) return null;
  const alternatives = readAlternatives(body.alternatives);
  const grades = [...new Set(textsOf(body.grades))];
  if (!isCountable(method, alternatives, grades)) return null;
  const threshold = numberOf(body.threshold) ?? 0;
  return {
    pollId,
    question: textOf(body.question) ?? "",
    description: textOf(body.description),
    method,
    alternatives,
    grades,
    quorum: Math.min(Math.max(numberOf(body.quorum) ?? 0, 0), 1),
    threshold: threshold > 0 && threshold <= 1 ? threshold : null,
    blind: body.blind === true,
    reveal: body.reveal === "quorum" ? "quorum" : "close",
    closesAt: numberOf(body.closesAt),
    maxRounds: numberOf(body.maxRounds) ?? 1,
  };
}

function readAlternatives(value: Json | undefined): readonly Alternative[] {
  const labels = new Map<string, string>();
  for (const one of listOf(value)) {
    const record = recordOf(one);
    const id = textOf(record?.id);
    if (id === null || labels.has(id)) continue;
    labels.set(id, textOf(record?.label) ?? id);
  }
  return [...labels].map(([id, label]) => ({ id, label }));
}

/** A poll without anything to choose could be opened, but never counted. */
function isCountable(
  method: PollMethod,
  alternatives: readonly Alternative[],
  grades: readonly string[],
): boolean {
  if (method === "proposal") {
    return PROPOSAL_CHOICES.every(({ id }) =>
      alternatives.some((one) => one.id === id)
    );
  }
  return alternatives.length > 0 &&
    (method !== "majority_judgment" || grades.length > 0);
}

/** At most as many, and as heavy, as can be counted exactly: more was never allowed. */
export function readElectorate(value: Json | undefined): EligibleVoter[] {
  const weights = new Map<string, number>();
  for (const one of listOf(value)) {
    const record = recordOf(one);
    const userId = textOf(record?.userId);
    const weight = numberOf(record?.weight);
    if (userId === null || weight === null || weight < 0) continue;
    if (weights.size === MAX_VOTERS || weights.has(userId)) continue;
    weights.set(userId, Math.min(weight, MAX_VOTER_WEIGHT));
  }
  return [...weights].map(([userId, weight]) => ({ userId, weight }));
}

/** A stored result as it was announced; it is never counted again here. */
export function readResult(value: Json | undefined): PollResult | null {
  const record = recordOf(value);
  const state = OUTCOMES.find((one) => one === record?.state);
  if (!record || !state) return null;
  return {
    engine: numberOf(record.engine) ?? 0,
    state,
    winner: textOf(record.winner),
    tally: readTally(record.tally),
    turnout: readTurnout(recordOf(record.turnout) ?? {}),
    agreement: readAgreement(record.agreement),
    dissent: readDissent(record.dissent),
  };
}

function readTally(value: Json | undefined): PollTally | null {
  const record = recordOf(value);
  return record && {
    winners: textsOf(record.winners),
    ranking: listOf(record.ranking).map(textsOf),
    details: recordOf(record.details) ?? {},
    abstain: numberOf(record.abstain) ?? 0,
  };
}

function readTurnout(record: Body): PollTurnout {
  return {
    castWeight: numberOf(record.castWeight) ?? 0,
    eligibleWeight: numberOf(record.eligibleWeight) ?? 0,
    castCount: numberOf(record.castCount) ?? 0,
    eligibleCount: numberOf(record.eligibleCount) ?? 0,
    share: numberOf(record.share) ?? 0,
    quorum: numberOf(record.quorum) ?? 0,
    reached: record.reached === true,
  };
}

const METRICS = ["kendall_w", "tastle_wierman", "share"] as const;

function readAgreement(value: Json | undefined): PollAgreement | null {
  const record = recordOf(value);
  const metric = METRICS.find((one) => one === record?.metric);
  if (!record || !metric) return null;
  const details = recordOf(record.details) ?? {};
  return { metric, value: numberOf(record.value), details };
}

function readDissent(value: Json | undefined): PollDissent | null {
  const record = recordOf(value);
  if (!record) return null;
  const shares = Object.entries(recordOf(record.byCandidate) ?? {});
  return {
    byCandidate: Object.fromEntries(
      shares.flatMap(([id, share]) =>
        typeof share === "number" ? [[id, share] as const] : []
      ),
    ),
    most: textsOf(record.most),
  };
}
