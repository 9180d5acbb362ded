/** Parameters of a method as they were stored: what is of another type is left out. */
import type { Json } from "../../decider.ts";
import { listOf, numberOf, textOf } from "../../read_json.ts";
import type { MethodParams } from "../analyze.ts";
import { MOORA_VARIANTS } from "../moora.ts";
import { NORMALIZATIONS } from "../normalize.ts";
import { PREFERENCES } from "../preference.ts";
import type { Params } from "./events.ts";

const NUMBERS = [
  "lambda",
  "v",
  "concordance",
  "discordance",
  "p0",
  "p1",
  "p2",
  "q0",
  "q1",
  "scale",
] as const;

export function readParams(params: Params): MethodParams {
  const { normalization, preference, variant, q, p, s } = params;
  const { optimal, bounds, ideal } = params;
  const preferences = listOf(preference).flatMap((one) =>
    oneOf(PREFERENCES, one) ?? []
  );
  return {
    ...numbersIn(params),
    normalization: oneOf(NORMALIZATIONS, normalization),
    preference: preferences.length > 0
      ? preferences
      : oneOf(PREFERENCES, preference),
    variant: oneOf(MOORA_VARIANTS, variant),
    q: thresholds(q),
    p: thresholds(p),
    s: thresholds(s),
    optimal: optimal === undefined ? undefined : numbersOf(optimal),
    ideal: ideal === undefined ? undefined : numbersOf(ideal),
    bounds: bounds === undefined ? undefined : listOf(bounds).map(pairOf),
  };
}

function numbersIn(params: Params) {
  const numbers: { [Name in typeof NUMBERS[number]]?: number } = {};
  for (const name of NUMBERS) {
    const value = numberOf(params[name]);
    if (value !== null) numbers[name] = value;
  }
  return numbers;
}

function thresholds(value: Json | undefined) {
  const one = numberOf(value);
  if (one !== null) return one;
  const list = listOf(value);
  return list.length > 0 ? list.map(numberOf) : undefined;
}

function numbersOf(value: Json): readonly number[] {
  return listOf(value).map((one) => numberOf(one) ?? 0);
}

function pairOf(value: Json): readonly [number, number] {
  const [low = 0, high = 0] = numbersOf(value);
  return [low, high];
}

function oneOf<Name extends string>(
  names: readonly Name[],
  value: Json | undefined,
): Name | undefined {
  const text = textOf(value);
  return names.find((name) => name === text);
}
