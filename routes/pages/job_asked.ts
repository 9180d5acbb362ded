/** What a job was asked for, as pairs of name and value: by kind, read defensively. */
import type { Json } from "../../domain/decider.ts";
import { METHODS } from "../../domain/decisions/methods.ts";
import {
  listOf,
  numberOf,
  recordOf,
  textOf,
  textsOf,
} from "../../domain/read_json.ts";
import { METHOD_NAMES } from "../../islands/decision_words.ts";
import { count } from "../../islands/format.ts";
import type { WholeJob } from "../jobs/job_reading.ts";

export interface AskedPair {
  readonly name: string;
  readonly value: string;
  readonly href?: string;
}

/** Empty where nothing is known of the kind: its JSON still says all. */
export function askedOf({ type, mode, input }: WholeJob): readonly AskedPair[] {
  const body = recordOf(input) ?? {};
  if (mode === "batch") {
    const items = listOf(body.items).length;
    return [{ name: "Inputs", value: items.toLocaleString("en-GB") }];
  }
  switch (type) {
    case "audit.export": {
      const channel = textOf(body.channel) ?? "";
      const query = new URLSearchParams({ channel });
      return [
        { name: "Channel", value: channel, href: `/audit?${query}` },
        {
          name: "Who is behind the ids",
          value: body.actors === "include" ? "Told" : "Left out",
        },
      ];
    }
    case "rules.batch":
      return [
        { name: "Facts", value: manyFacts(body.facts) },
        { name: "Rules", value: rulesOf(body.rules, body.ruleIds) },
      ];
    case "rules.backtest": {
      const ruleId = textOf(body.ruleId) ?? "";
      const since = textOf(body.since);
      return [
        {
          name: "Rule",
          value: ruleId,
          href: `/rules/${encodeURIComponent(ruleId)}`,
        },
        {
          name: "Facts",
          value: since === null
            ? manyFacts(body.facts)
            : `Of sessions since ${since.slice(0, 10)}`,
        },
      ];
    }
    case "decisions.smaa": {
      const samples = numberOf(recordOf(body.params)?.samples);
      return [
        { name: "Method", value: methodWord(body.method) },
        {
          name: "Alternatives × criteria",
          value: `${listOf(body.matrix).length} × ${
            listOf(body.directions).length
          }`,
        },
        {
          name: "Samples",
          value: samples?.toLocaleString("en-GB") ?? "As many as usual",
        },
      ];
    }
    case "decisions.batch": {
      const decisions = listOf(body.decisions);
      const methods = new Set(
        decisions.map((one) => methodWord(recordOf(one)?.method)),
      );
      return [
        { name: "Decisions", value: decisions.length.toLocaleString("en-GB") },
        { name: "Methods", value: [...methods].join(", ") },
      ];
    }
    default:
      return [];
  }
}

function manyFacts(facts: Json | undefined): string {
  return count(listOf(facts).length, "set", "sets");
}

function rulesOf(rules: Json | undefined, ruleIds: Json | undefined): string {
  const named = [
    ...textsOf(ruleIds),
    ...listOf(rules).map((rule) => textOf(recordOf(rule)?.id) ?? "?"),
  ];
  return named.length === 0 ? "All in use" : named.join(", ");
}

/** The name of a method; of an unknown one its id. */
export function methodWord(method: Json | undefined): string {
  const id = textOf(method) ?? "";
  const known = METHODS.find((one) => one === id);
  return known ? METHOD_NAMES[known] : id;
}
