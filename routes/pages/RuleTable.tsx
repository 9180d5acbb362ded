/** Rules as a table: risk, state, version, the draft that waits, and what they did. */
import { Badge } from "../../islands/components/Badge.tsx";
import { Time } from "../../islands/components/Time.tsx";
import type { Zone } from "../../islands/format.ts";
import { RISK_LOOKS, STATE_LOOKS } from "../../islands/rule_words.ts";
import type { RuleCount } from "../../domain/rules/rule_counters.ts";
import { NameOrDemo } from "./DemoMark.tsx";
import type { ListedRule } from "./rule_list.ts";

export interface RuleTableProps {
  readonly items: readonly ListedRule[];
  readonly countsOf: (ruleId: string) => RuleCount;
  readonly mayPublish: (rule: ListedRule) => boolean;
  readonly now: number;
  readonly zone: Zone;
}

export function RuleTable(props: RuleTableProps) {
  return (
    <table class="table rules">
      <caption class="visually-hidden">Rules, last changed first</caption>
      <thead>
        <tr>
          <th scope="col">Rule</th>
          <th scope="col" class="w-m">Risk</th>
          <th scope="col" class="w-m">State</th>
          <th scope="col" class="num w-s wide-only">Version</th>
          <th scope="col" class="num w-fig wide-only">Runs</th>
          <th scope="col" class="num w-fig wide-only">Fired</th>
          <th scope="col" class="num w-fig wide-only">Errors</th>
          <th scope="col" class="num w-m wide-only">Mean · p99</th>
          <th scope="col" class="w-l wide-only">Changed</th>
        </tr>
      </thead>
      <tbody>
        {props.items.map((rule) => (
          <RuleRow key={rule.ruleId} rule={rule} {...props} />
        ))}
      </tbody>
    </table>
  );
}

function RuleRow(
  { rule, countsOf, mayPublish, now, zone }: RuleTableProps & {
    readonly rule: ListedRule;
  },
) {
  const { ruleId, name, description, riskLevel, status, version } = rule;
  const state = STATE_LOOKS[status];
  const risk = RISK_LOOKS[riskLevel];
  const counts = countsOf(ruleId);
  const { executions, fired, errors, timeouts, meanMs, p99Ms } = counts;
  return (
    <tr data-key={ruleId} data-changed={rule.changedAt}>
      <td class="name">
        <a href={`/rules/${ruleId}`}>
          <NameOrDemo id={ruleId} name={name} />
        </a>
        <span class="under">
          <code>{ruleId}</code>
          {description && <span class="clip">{description}</span>}
        </span>
        {rule.hasDraft && status !== "draft" && (
          <span class="under">
            {mayPublish(rule)
              ? `A draft by ${rule.draftBy} waits for you`
              : `Draft by ${rule.draftBy}`}
          </span>
        )}
        {status === "draft" && (
          <span class="under">
            {mayPublish(rule)
              ? `Written by ${rule.draftBy}, waits for you`
              : `Written by ${rule.draftBy}`}
          </span>
        )}
      </td>
      <td>
        <Badge status={risk.status}>{risk.word}</Badge>
      </td>
      <td>
        <Badge status={state.status}>{state.word}</Badge>
      </td>
      <td class="num wide-only">{version ?? "–"}</td>
      <td class="num wide-only">{figure(executions)}</td>
      <td class="num wide-only">{executions > 0 ? figure(fired) : "–"}</td>
      <td class="num wide-only">
        {executions > 0 ? figure(errors + timeouts) : "–"}
      </td>
      <td class="num wide-only">
        {executions > 0 ? `${shortMs(meanMs)} · ${shortMs(p99Ms)}` : "–"}
      </td>
      <td class="wide-only">
        <span class="when">
          <Time at={rule.changedAt} now={now} zone={zone} />
          <span class="news" hidden>
            <Badge status="changed">Updated</Badge>
          </span>
        </span>
      </td>
    </tr>
  );
}

function figure(value: number): string {
  return value === 0 ? "0" : value.toLocaleString("en-GB");
}

/** Two digits that say something: µs below one millisecond. */
export function shortMs(ms: number): string {
  if (ms >= 100) return `${Math.round(ms)} ms`;
  if (ms >= 1) return `${ms.toPrecision(2)} ms`;
  return `${Math.max(1, Math.round(ms * 1000))} µs`;
}
