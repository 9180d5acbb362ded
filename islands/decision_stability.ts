/** Rank stability: how often each alternative takes each rank when weights are drawn at random. */
import type { AnalysisInput } from "../domain/decisions/analyze.ts";
import { isRecord, numberOf } from "../realtime/client/wire.ts";

export const SAMPLES = 10_000;
export const SEED = 1;

export interface Smaa {
  /** What it was computed of: weights are not in it, for none are read. */
  readonly of: string;
  /** By alternative, by rank: a share of the samples. */
  readonly acceptability: readonly (readonly number[])[];
  readonly samples: number;
  readonly seed: number;
  /** Ms since 1970, when it is an equal one from before; undefined when it was computed now. */
  readonly from?: number;
}

/** The question as the API takes it. */
export function smaaBody(
  { method, matrix, directions, params }: AnalysisInput,
) {
  return JSON.stringify({
    kind: "smaa",
    method,
    matrix,
    directions,
    params: { ...params, samples: SAMPLES, seed: SEED },
  });
}

/** The answer for a question. @throws {TypeError} If it is none. */
export function smaaFrom(of: string, answer: unknown): Smaa {
  const details = isRecord(answer) ? answer.details : undefined;
  const rows = isRecord(details) ? details.rankAcceptability : undefined;
  if (!isRecord(details) || !Array.isArray(rows)) {
    throw new TypeError("Cannot read the answer: no ranks in it");
  }
  return {
    of: digest(of),
    acceptability: rows.map((row: unknown) =>
      Array.isArray(row) ? row.map((share) => numberOf(share) ?? 0) : []
    ),
    samples: numberOf(details.samples) ?? SAMPLES,
    seed: numberOf(details.seed) ?? SEED,
    ...earlier(answer),
  };
}

/** The API writes times as text, the server's own pages as ms. */
function earlier(answer: unknown): { readonly from?: number } {
  if (!isRecord(answer) || answer.cached !== true) return {};
  const { computedAt } = answer;
  const from = typeof computedAt === "string"
    ? Date.parse(computedAt)
    : numberOf(computedAt);
  return from === undefined || Number.isNaN(from) ? {} : { from };
}

/** Tells questions apart (FNV-1a); what it says is no secret. */
export function digest(text: string): string {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) {
    hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  }
  return (hash >>> 0).toString(36);
}

/** Asks the server, which has workers for it. */
export async function askSmaa(input: AnalysisInput): Promise<Smaa> {
  const body = smaaBody(input);
  const response = await fetch("/api/v1/decisions/sensitivity", {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body,
  });
  const answer: unknown = await response.json();
  if (!response.ok) {
    const { detail } = isRecord(answer) ? answer : {};
    throw new Error(typeof detail === "string" ? detail : "Cannot compute it");
  }
  return smaaFrom(body, answer);
}
