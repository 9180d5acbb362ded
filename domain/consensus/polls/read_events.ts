/** Reads stored bodies of poll events: what another version wrote must not make a fold throw. */
import type { Json } from "../../decider.ts";
import {
  listOf,
  numberOf,
  recordOf,
  textOf,
  textsOf,
} from "../../read_json.ts";
import { MAX_VOTER_WEIGHT } from "./electorate.ts";
import type { EligibleVoter, PollSettings } from "./events.ts";
import { isPollMethod } from "./methods.ts";
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
  const { method, closesAt } = body;
  const pollId = textOf(body.pollId);
  if (pollId === null || !isPollMethod(method)) return null;
  return {
    pollId,
    question: textOf(body.question) ?? "",
    description: textOf(body.description),
    method,
    alternatives: listOf(body.alternatives).flatMap((one) => {
      const record = recordOf(one);
      const id = textOf(record?.id);
      return id === null ? [] : [{ id, label: textOf(record?.label) ?? id }];
    }),
    grades: textsOf(body.grades),
    quorum: numberOf(body.quorum) ?? 0,
    threshold: numberOf(body.threshold),
    blind: body.blind === true,
    reveal: body.reveal === "quorum" ? "quorum" : "close",
    closesAt: numberOf(closesAt),
    maxRounds: numberOf(body.maxRounds) ?? 1,
  };
}

export function readElectorate(value: Json | undefined): EligibleVoter[] {
  return listOf(value).flatMap((one) => {
    const record = recordOf(one);
    const userId = textOf(record?.userId);
    const weight = numberOf(record?.weight);
    if (userId === null || weight === null || weight < 0) return [];
    // More could not be counted exactly, and was never allowed.
    return [{ userId, weight: Math.min(weight, MAX_VOTER_WEIGHT) }];
  });
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
