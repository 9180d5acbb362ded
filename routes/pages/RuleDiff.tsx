/** What differs between two texts of a rule: fields under each other, the words that came and went. */
import type { ComponentChildren } from "preact";
import type { Rule } from "../../domain/rules/rule.ts";
import type { RuleField } from "../../islands/rule_fields.ts";
import { changedFields, diffWords } from "./rule_diff.ts";

const FIELD_WORDS = {
  name: "Name",
  when: "Fires when",
  riskLevel: "Risk level",
  score: "Score",
  message: "Message",
  description: "Description",
  priority: "Priority",
  type: "Type",
  validFrom: "Valid from",
  validUntil: "Valid until",
} as const satisfies Readonly<Record<RuleField, string>>;

/** @param before Absent for a first version: then nothing went, and the text stands as it is. */
export function RuleDiff(
  { before, after }: { readonly before?: Rule; readonly after: Rule },
) {
  const changes = changedFields(before, after);
  if (changes.length === 0) return <p class="muted">The same text.</p>;
  return (
    <dl class="diff">
      {changes.map((change) => (
        <div key={change.field}>
          <dt>{FIELD_WORDS[change.field]}</dt>
          <dd>
            <Words {...change} isFirst={before === undefined} />
          </dd>
        </div>
      ))}
    </dl>
  );
}

function Words(
  { field, before, after, isFirst }: {
    readonly field: RuleField;
    readonly before: string;
    readonly after: string;
    readonly isFirst: boolean;
  },
) {
  if (isFirst) return <Text field={field}>{after}</Text>;
  return (
    <Text field={field}>
      {diffWords(before, after).map(({ kind, text }, index) =>
        kind === "gone"
          ? <del key={index}>{text}</del>
          : kind === "new"
          ? <ins key={index}>{text}</ins>
          : <span key={index}>{text}</span>
      )}
    </Text>
  );
}

function Text(
  { field, children }: {
    readonly field: RuleField;
    readonly children: ComponentChildren;
  },
) {
  const isCode = field === "when" || field === "score" || field === "message";
  return isCode ? <code>{children}</code> : <span>{children}</span>;
}
