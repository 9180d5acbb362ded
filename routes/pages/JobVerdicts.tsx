/** What rules made of many facts: how many of each recommendation, then the gravest of them. */
import type { Json } from "../../domain/decider.ts";
import {
  listOf,
  numberOf,
  recordOf,
  textOf,
  textsOf,
} from "../../domain/read_json.ts";
import { RECOMMENDATIONS } from "../../domain/rules/risk_score.ts";
import { Badge } from "../../islands/components/Badge.tsx";
import { type Column, Table } from "../../islands/components/Table.tsx";
import { RECOMMENDATION_LOOKS } from "../../islands/rule_words.ts";

const SHOWN = 20;

export function JobVerdicts({ result }: { readonly result: Json }) {
  const body = recordOf(result);
  const counts = recordOf(body?.recommendations);
  const verdicts = gravestFirst(listOf(body?.verdicts).map(verdictOf));
  return (
    <>
      <ul class="job-counts">
        {RECOMMENDATIONS.map((one) => (
          <li key={one}>
            <Recommendation of={one} />{" "}
            <b>{(numberOf(counts?.[one]) ?? 0).toLocaleString("en-GB")}</b>
          </li>
        ))}
      </ul>
      {verdicts.length > 0 && (
        <Table
          label="Verdicts, the gravest first, then in the order of the facts"
          columns={COLUMNS}
          rows={verdicts.slice(0, SHOWN)}
          keyOf={({ place }) => place}
        />
      )}
      {verdicts.length > SHOWN && (
        <p class="job-note">
          {SHOWN} of{" "}
          {verdicts.length.toLocaleString("en-GB")}, the gravest first; the JSON
          has all.
        </p>
      )}
    </>
  );
}

interface Verdict {
  readonly place: string;
  readonly recommendation: string;
  readonly score: number | null;
  readonly fired: readonly string[];
  readonly unanswered: number;
}

function verdictOf(verdict: Json): Verdict {
  const body = recordOf(verdict);
  return {
    place: String((numberOf(body?.index) ?? 0) + 1),
    recommendation: textOf(body?.recommendation) ?? "",
    score: numberOf(body?.riskScore),
    fired: textsOf(body?.fired),
    unanswered: listOf(body?.unanswered).length,
  };
}

function gravestFirst(verdicts: readonly Verdict[]): readonly Verdict[] {
  return RECOMMENDATIONS.toReversed().flatMap((one) =>
    verdicts.filter(({ recommendation }) => recommendation === one)
  );
}

const COLUMNS: readonly Column<Verdict>[] = [
  { key: "place", head: "Facts", width: "s", cell: ({ place }) => place },
  {
    key: "recommendation",
    head: "Recommendation",
    width: "m",
    cell: ({ recommendation }) => <Recommendation of={recommendation} />,
  },
  {
    key: "score",
    head: "Risk",
    kind: "number",
    width: "s",
    cell: ({ score }) => score?.toFixed(2) ?? "–",
  },
  {
    key: "fired",
    head: "Rules that fired",
    cell: ({ fired, unanswered }) => (
      <span class="job-ids">
        {fired.join(", ") || "None"}
        {unanswered > 0 && ` · ${unanswered} without an answer`}
      </span>
    ),
  },
];

function Recommendation({ of: name }: { readonly of: string }) {
  const known = RECOMMENDATIONS.find((one) => one === name);
  if (known === undefined) return <>{name}</>;
  const { status, word } = RECOMMENDATION_LOOKS[known];
  return <Badge status={status}>{word}</Badge>;
}
