/**
 * A kept rule: its published versions and the draft of the next. What is published never
 * changes; who wrote it is remembered, so that somebody else can be asked to publish.
 */
import type { Json, RecordedEvent } from "../../decider.ts";
import { numberOf, recordOf, textOf } from "../../read_json.ts";
import { RISK_LEVELS, type Rule, RULE_TYPES } from "../rule.ts";
import { RULE_EVALUATION_RESULT } from "./events.ts";

export interface Draft {
  readonly rule: Rule;
  /** User ids of all who wrote on it, in the order they first did. */
  readonly authors: readonly string[];
  readonly authorNames: readonly string[];
  readonly editedAt: number;
  /** Offset of its last edit: names the text that was seen. */
  readonly offset: number;
}

export interface PublishedVersion {
  readonly version: number;
  readonly rule: Rule;
  readonly authors: readonly string[];
  readonly authorNames: readonly string[];
  readonly publishedBy: string;
  readonly publishedByName: string;
  readonly publishedAt: number;
  readonly offset: number;
}

export interface KeptRule {
  readonly status: "kept";
  readonly ruleId: string;
  readonly createdAt: number;
  readonly draft: Draft | null;
  /** Oldest first. */
  readonly versions: readonly PublishedVersion[];
  /** Whether the newest version is evaluated. */
  readonly active: boolean;
  readonly deactivatedBy: string | null;
  /** As they gave it; null when they gave none, or it is in use. */
  readonly deactivationReason: string | null;
  readonly changedAt: number;
}

/** `none`: nothing was ever written under this id. */
export type RuleState = KeptRule | { readonly status: "none" };

type Body = NonNullable<RecordedEvent["body"]>;

export function initial(): RuleState {
  return { status: "none" };
}

/** Folds one entry in. What it does not know changes nothing; nothing stored makes it throw. */
export function evolve(state: RuleState, event: RecordedEvent): RuleState {
  const { type, v, body, at } = event;
  if (type !== RULE_EVALUATION_RESULT || v !== 1 || body === null) return state;
  const ruleId = textOf(body.ruleId);
  if (ruleId === null) return state;
  const before: KeptRule = state.status === "none"
    ? {
      status: "kept",
      ruleId,
      createdAt: at,
      draft: null,
      versions: [],
      active: false,
      deactivatedBy: null,
      deactivationReason: null,
      changedAt: at,
    }
    : state;
  if (before.ruleId !== ruleId) return state;
  const after = changedBy(before, event, body);
  return after === before ? state : { ...after, changedAt: at };
}

/** The version that is evaluated; undefined while none is. */
export function activeVersion(state: RuleState): PublishedVersion | undefined {
  return state.status === "kept" && state.active
    ? state.versions.at(-1)
    : undefined;
}

function changedBy(
  state: KeptRule,
  { offset, at }: RecordedEvent,
  body: Body,
): KeptRule {
  const userId = textOf(body.userId) ?? "";
  const name = textOf(body.name) ?? userId;
  switch (body.event) {
    case "rule_drafted": {
      const rule = readRule(body.rule, state.ruleId);
      if (rule === null) return state;
      const { authors = [], authorNames = [] } = state.draft ?? {};
      const isNew = !authors.includes(userId);
      return {
        ...state,
        draft: {
          rule,
          authors: isNew ? [...authors, userId] : authors,
          authorNames: isNew ? [...authorNames, name] : authorNames,
          editedAt: at,
          offset,
        },
      };
    }
    case "draft_discarded":
      return { ...state, draft: null };
    case "rule_published": {
      const rule = readRule(body.rule, state.ruleId);
      if (rule === null) return state;
      const { authors = [], authorNames = [] } = state.draft ?? {};
      const version = {
        version: state.versions.length + 1,
        rule,
        authors,
        authorNames,
        publishedBy: userId,
        publishedByName: name,
        publishedAt: at,
        offset,
      };
      return {
        ...state,
        draft: null,
        versions: [...state.versions, version],
        active: true,
        deactivatedBy: null,
        deactivationReason: null,
      };
    }
    case "rule_deactivated":
      return {
        ...state,
        active: false,
        deactivatedBy: name,
        deactivationReason: textOf(body.reason),
      };
    case "rule_activated":
      return state.versions.length === 0 ? state : {
        ...state,
        active: true,
        deactivatedBy: null,
        deactivationReason: null,
      };
    default:
      return state;
  }
}

/** A stored rule; null when it is none that we know how to run. */
export function readRule(value: Json | undefined, id: string): Rule | null {
  const record = recordOf(value);
  const when = textOf(record?.when);
  const name = textOf(record?.name);
  if (record === null || when === null || name === null) return null;
  const level = RISK_LEVELS.find((one) => one === record.riskLevel);
  const priority = RISK_LEVELS.find((one) => one === record.priority);
  const type = RULE_TYPES.find((one) => one === record.type);
  const score = numberOf(record.score) ?? textOf(record.score);
  const version = numberOf(record.version);
  const texts = ["description", "message", "validFrom", "validUntil"] as const;
  return {
    id,
    name,
    when,
    priority: priority ?? "MEDIUM",
    type: type ?? "VALIDATION",
    riskLevel: level ?? "MEDIUM",
    ...(score !== null && { score }),
    ...(record.active === false && { active: false }),
    ...(version !== null && { version }),
    ...Object.fromEntries(
      texts.flatMap((key) => {
        const text = textOf(record[key]);
        return text === null ? [] : [[key, text] as const];
      }),
    ),
  };
}
