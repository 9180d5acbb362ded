/** Reads stored bodies of decision events: what another version wrote must not make a fold throw. */
import type { Json } from "../../decider.ts";
import { listOf, numberOf, recordOf, textOf } from "../../read_json.ts";
import { METHODS } from "../methods.ts";
import { isValue, isWeight } from "../magnitudes.ts";
import type {
  Alternative,
  Criterion,
  DecisionSettings,
  Scores,
  WeightsById,
} from "./events.ts";

/** Null when it is none that we know how to run. */
export function readSettings(
  body: { readonly [key: string]: Json },
): DecisionSettings | null {
  const method = METHODS.find((one) => one === body.method);
  if (method === undefined) return null;
  return {
    title: textOf(body.title) ?? "",
    description: textOf(body.description),
    method,
    params: recordOf(body.params) ?? {},
    aggregation: body.aggregation === "mean" ? "mean" : "median",
    alternatives: listOf(body.alternatives).flatMap(alternative),
    criteria: listOf(body.criteria).flatMap(criterion),
  };
}

function alternative(value: Json): Alternative[] {
  const record = recordOf(value);
  const id = textOf(record?.id);
  return id === null ? [] : [{ id, label: textOf(record?.label) ?? id }];
}

function criterion(value: Json): Criterion[] {
  const record = recordOf(value);
  const id = textOf(record?.id);
  if (record === null || id === null) return [];
  return [{
    id,
    label: textOf(record.label) ?? id,
    unit: textOf(record.unit),
    direction: record.direction === "cost" ? "cost" : "benefit",
    weight: weightOf(record.weight) ?? 0,
  }];
}

export function readWeights(value: Json | undefined): WeightsById {
  return Object.fromEntries(
    Object.entries(recordOf(value) ?? {}).flatMap(([id, given]) => {
      const weight = weightOf(given);
      return weight === null ? [] : [[id, weight]];
    }),
  );
}

export function readScores(value: Json | undefined): Scores {
  return Object.fromEntries(
    Object.entries(recordOf(value) ?? {}).map(([id, row]) => [
      id,
      Object.fromEntries(
        Object.entries(recordOf(row) ?? {}).filter((entry): entry is [
          string,
          number | null,
        ] => entry[1] === null || isScore(entry[1])),
      ),
    ]),
  );
}

/** Null where it is none that can be calculated with. */
function weightOf(value: Json | undefined): number | null {
  const weight = numberOf(value);
  return weight !== null && isWeight(weight) ? weight : null;
}

function isScore(value: Json): boolean {
  return typeof value === "number" && isValue(value);
}
