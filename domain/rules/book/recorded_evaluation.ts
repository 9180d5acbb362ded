/** An evaluation run into a session: facts, rules as they were, verdicts and why, kept together. */
import { z } from "zod";
import { Id, Text } from "../../common_input.ts";
import type {
  Area,
  CommandDeclaration,
  Context,
  DomainEvent,
  Json,
  Place,
  RecordedEvent,
} from "../../decider.ts";
import { Refusal } from "../../refusal.ts";
import { sessionChannel, type SessionState } from "../../sessions/session.ts";
import { sessionPlace } from "../../sessions/session_place.ts";
import { SessionId } from "../../sessions/session_input.ts";
import { demandOpenVoice } from "../../sessions/voice.ts";
import {
  type CompiledRule,
  compileRule,
  type RuleReading,
} from "../compile_rule.ts";
import { evaluateAll, type RuleResult } from "../evaluate.ts";
import {
  compileRules,
  FactsShape,
  lengthOf,
  MAX_TOTAL_LENGTH,
  RuleShape,
} from "../rule_input.ts";
import type { Rule } from "../rule.ts";
import { index } from "./evaluation_view.ts";
import { RULE_EVALUATION_RESULT } from "./events.ts";
import {
  activeVersion,
  type PublishedVersion,
  type RuleState,
} from "./kept_rule.ts";
import { RuleId, RULES_CHANNEL, ruleSubject } from "./rule_commands.ts";

const MAX_RULES = 100;
/** UTF-16 units of facts, as JSON. */
const MAX_FACTS = 16 * 1024;
/** Bytes of all traces that are kept, and of a whole entry: a connection must be able to hold it. */
const MAX_TRACES = 32 * 1024;
const MAX_BYTES = 160 * 1024;
/** Characters of the expressions that come along: reading them holds the loop, too. */
const MAX_TEXT = 50_000;
/** A decision is made on the loop that delivers: it may not take long. */
const MAX_STEPS = 200_000;

const RunEvaluation = z.object({
  sessionId: SessionId,
  id: Id.optional(),
  title: Text(200).optional(),
  rules: z.array(RuleShape).max(MAX_RULES).optional(),
  ruleIds: z.array(RuleId).max(MAX_RULES).optional().meta({
    description: "Published rules in use, evaluated behind `rules`",
  }),
  facts: FactsShape.refine(
    (facts) => JSON.stringify(facts).length <= MAX_FACTS,
    { error: `At most ${MAX_FACTS} characters of facts` },
  ),
}).superRefine(({ rules = [], ruleIds = [] }, context) => {
  const wrong = (path: string, message: string) =>
    context.addIssue({ code: "custom", path: [path], message });
  const count = rules.length + ruleIds.length;
  if (count === 0) wrong("rules", "No rule is named");
  if (count > MAX_RULES) wrong("rules", `At most ${MAX_RULES}`);
  const length = rules.reduce((sum, rule) => sum + lengthOf(rule), 0);
  if (length > MAX_TEXT) {
    const most = `at most ${MAX_TEXT} characters of expressions`;
    wrong("rules", `Too long together: ${most}, got ${length}`);
  }
  if (new Set(rules.map(({ id }) => id)).size < rules.length) {
    wrong("rules", "Each needs an id of its own");
  }
  if (new Set(ruleIds).size < ruleIds.length) {
    wrong("ruleIds", "Each may stand once");
  }
});
type RunEvaluation = z.infer<typeof RunEvaluation>;

/** The body of its one entry; null before. */
export type RecordedEvaluation = RecordedEvent["body"];

interface Command {
  readonly id: string;
  readonly title: string | null;
  readonly rules: readonly Rule[];
  readonly ruleIds: readonly string[];
  readonly facts: RunEvaluation["facts"];
}

/** The session, and each rule by its subject. */
type Surroundings = { readonly session: SessionState } & {
  readonly [subject: string]: SessionState | RuleState;
};

export const recordedEvaluations: Area<
  RecordedEvaluation,
  Command,
  Surroundings
> = {
  name: "evaluations",
  initial: () => null,
  evolve: (state, { body }) => body?.event === "rules_evaluated" ? body : state,
  decide,
  index,
};

function decide(
  state: RecordedEvaluation,
  { id, title, rules, ruleIds, facts }: Command,
  { user, now, also }: Context<Surroundings>,
): readonly DomainEvent[] {
  const { session } = also;
  demandOpenVoice(session, user);
  if (state !== null) throw new Refusal("already_recorded");
  const stored = ruleIds.map((ruleId, index) => {
    const found = storedIn(also[ruleSubject(ruleId)]);
    if (found) return found;
    const message = "Not in use";
    throw new Refusal("rule_not_found", {
      errors: [{ path: `ruleIds.${index}`, message }],
    });
  });
  const { compiled: given, mistakes } = compileRules(rules);
  if (mistakes.length > 0) {
    throw new Refusal("rule_invalid", { errors: mistakes });
  }
  const compiled = [...given, ...compiledOf(stored)];
  const { results, riskScore, riskLevel, recommendation } = evaluateAll(
    compiled,
    facts,
    // How long it took is no part of the record: again, it would take another time.
    { at: now, clock: () => 0, maxTotalSteps: MAX_STEPS },
  );
  const body = {
    event: "rules_evaluated",
    evaluationId: id,
    title,
    userId: user.userId,
    name: user.name,
    facts: asJson(facts),
    results: kept(results),
    names: Object.fromEntries(compiled.map(({ rule }) => [rule.id, rule.name])),
    riskScore,
    riskLevel,
    recommendation,
  };
  if (bytesOf(JSON.stringify(body)) > MAX_BYTES) {
    const message = `At most ${MAX_BYTES} bytes of facts, names and messages`;
    throw new Refusal("rule_invalid", { errors: [{ path: "rules", message }] });
  }
  return [{ type: RULE_EVALUATION_RESULT, v: 1, body }];
}

function storedIn(
  state: SessionState | RuleState | undefined,
): PublishedVersion | undefined {
  return state?.status === "kept" ? activeVersion(state) : undefined;
}

/** A version never changes, so it is read once for as long as its rule is held. */
const readings = new WeakMap<PublishedVersion, RuleReading>();

/** @throws {Refusal} `rule_invalid` */
function compiledOf(
  versions: readonly PublishedVersion[],
): readonly CompiledRule[] {
  const wrong = (path: string, message: string) =>
    new Refusal("rule_invalid", { errors: [{ path, message }] });
  const length = versions.reduce((sum, one) => sum + lengthOf(one.rule), 0);
  if (length > MAX_TOTAL_LENGTH) {
    const most = `at most ${MAX_TOTAL_LENGTH} characters of expressions`;
    throw wrong("ruleIds", `Too long together: ${most}, got ${length}`);
  }
  return versions.map((one, index) => {
    const known = readings.get(one);
    const read = known ?? compileRule({ ...one.rule, version: one.version });
    readings.set(one, read);
    if (read.state === "compiled") return read.rule;
    // What was published ran then; this engine has become stricter since.
    throw wrong(`ruleIds.${index}`, read.mistakes[0]?.message ?? "Cannot run");
  });
}

function bytesOf(text: string): number {
  return new TextEncoder().encode(text).length;
}

/** Traces of what fired first; when they grow too long the rest goes without. */
function kept(results: readonly RuleResult[]): Json {
  let left = MAX_TRACES;
  const traces = new Map<string, Json>();
  const fired = results.filter(({ result }) => result !== "PASS");
  const passed = results.filter(({ result }) => result === "PASS");
  for (const { ruleId, trace } of [...fired, ...passed]) {
    const text = JSON.stringify(trace);
    const bytes = bytesOf(text);
    if (bytes > left) continue;
    left -= bytes;
    traces.set(ruleId, JSON.parse(text));
  }
  return results.map((one) => ({
    ruleId: one.ruleId,
    version: one.version,
    result: one.result,
    riskLevel: one.riskLevel,
    score: one.score,
    message: one.message,
    trace: traces.get(one.ruleId) ?? null,
  }));
}

function asJson(facts: RunEvaluation["facts"]): Json {
  return JSON.parse(JSON.stringify(facts));
}

/** @param rules The area of the kept rules, which `ruleIds` are looked up in. */
export function createRunEvaluation(
  rules: Place<RuleState>["area"],
): CommandDeclaration<
  RunEvaluation,
  RecordedEvaluation,
  Command,
  Surroundings
> {
  return {
    name: "run_evaluation",
    summary: "Evaluate rules on facts into a session, and keep it there",
    input: RunEvaluation,
    role: "observer",
    http: {
      method: "POST",
      path: "/sessions/{sessionId}/evaluations",
      status: 201,
    },
    area: recordedEvaluations,
    complete: (input, newId) => ({ ...input, id: input.id ?? newId() }),
    channel: ({ sessionId }) => sessionChannel(sessionId),
    subject: ({ id = "" }) => `evaluation:${id}`,
    also: ({ sessionId, ruleIds = [] }) => ({
      session: sessionPlace(sessionId),
      ...Object.fromEntries(ruleIds.map((ruleId) => {
        const subject = ruleSubject(ruleId);
        return [subject, { area: rules, channel: RULES_CHANNEL, subject }];
      })),
    }),
    command: ({ id = "", title = null, rules = [], ruleIds = [], facts }) => ({
      id,
      title,
      rules,
      ruleIds,
      facts,
    }),
    result: (state): Json => state && { evaluation: state },
  };
}
