/** The working of a kept analysis: whatever the method left behind, under the names of rows and columns. */
import { type Column, Table } from "../../islands/components/Table.tsx";
import { Panel } from "../../islands/components/Panel.tsx";
import { formatNumber, listed } from "../../islands/decision_words.ts";
import { listOf } from "../../domain/read_json.ts";
import type { Json } from "../../realtime/json.ts";
import type { KeptAnalysis } from "./analysis_record.ts";

/** Values by criterion; a list as long as there are alternatives could be either. */
const BY_CRITERION = new Set([
  "ideal",
  "antiIdeal",
  "best",
  "worst",
  "optimal",
  "normalizedOptimal",
  "referencePoint",
  "average",
  "border",
]);

/** Indices of alternatives, not amounts. */
const OF_ALTERNATIVES = new Set([
  "outranked",
  "kernel",
  "unoutranked",
  "strong",
  "weak",
  "compromiseSet",
]);

interface Names {
  readonly alternatives: readonly string[];
  readonly criteria: readonly string[];
}

export function AnalysisWorking(
  { analysis }: { readonly analysis: KeptAnalysis },
) {
  const { dominated: _, ...details } = analysis.details;
  const parts = Object.entries(details);
  return (
    <Panel id="working" title="Working">
      <div class="pad form">
        {parts.length === 0 && (
          <p class="muted">
            It was too long to be kept; values, weights and method give it
            again.
          </p>
        )}
        {parts.map(([name, value]) => (
          <Part key={name} name={name} value={value} names={analysis} />
        ))}
      </div>
    </Panel>
  );
}

interface PartProps {
  readonly name: string;
  readonly value: Json;
  readonly names: Names;
}

function Part({ name, value, names }: PartProps) {
  const words = inWords(name);
  const table = tableOf({ name, value, names });
  if (table === undefined) {
    return (
      <p class="single">
        <span class="muted">{words}</span> {shown({ name, value, names })}
      </p>
    );
  }
  return (
    <details class="details">
      <summary>{words}</summary>
      <div class="across" tabIndex={0} role="region" aria-label={words}>
        <Table
          label={words}
          columns={table.columns}
          rows={table.rows}
          keyOf={({ key }) => key}
        />
      </div>
    </details>
  );
}

interface Row {
  readonly key: string;
  readonly label: string;
  readonly cells: readonly Json[];
}

/** Undefined for what is no table: one number, a choice, a list of alternatives. */
function tableOf(
  { name, value, names }: PartProps,
): { columns: readonly Column<Row>[]; rows: readonly Row[] } | undefined {
  if (!Array.isArray(value) || OF_ALTERNATIVES.has(name)) return undefined;
  const { alternatives, criteria } = names;
  const lists = value.map((row) => listOf(row));
  const isVector = value.every((one) => typeof one === "number");
  const isByCriterion = BY_CRITERION.has(name) ||
    value.length !== alternatives.length;
  const rowNames = isByCriterion ? criteria : alternatives;
  if (rowNames.length !== value.length) return undefined;
  const width = isVector ? 1 : lists[0]?.length ?? 0;
  if (!isVector && lists.some(({ length }) => length !== width)) {
    return undefined;
  }
  const heads = isVector
    ? ["Value"]
    : width === criteria.length
    ? criteria
    : width === alternatives.length
    ? alternatives
    : name === "bounds" && width === 2
    ? ["From", "To"]
    : undefined;
  if (heads === undefined) return undefined;
  const columns: Column<Row>[] = [
    {
      key: "name",
      head: isByCriterion ? "Criterion" : "Alternative",
      kind: "name",
      cell: ({ label }) => label,
    },
    ...heads.map((head, j): Column<Row> => ({
      key: `${j}`,
      head,
      kind: "number",
      cell: ({ cells }) => figure(cells[j]),
    })),
  ];
  const rows = value.map((one, i) => ({
    key: `${i}`,
    label: rowNames[i],
    cells: isVector ? [one] : lists[i],
  }));
  return { columns, rows };
}

function shown({ name, value, names: { alternatives } }: PartProps): string {
  const label = (one: Json) =>
    typeof one === "number" ? alternatives[one] ?? "?" : figure(one);
  if (!OF_ALTERNATIVES.has(name)) return figure(value);
  return listOf(value).some(Array.isArray)
    ? listOf(value).map((row, i) =>
      `${alternatives[i] ?? "?"}: ${listed(listOf(row).map(label)) || "none"}`
    ).join("; ")
    : listed(listOf(value).map(label)) || "none";
}

function figure(value: Json | undefined): string {
  if (typeof value === "number") return formatNumber(value);
  if (typeof value === "boolean") return value ? "yes" : "no";
  return typeof value === "string" ? value : JSON.stringify(value ?? null);
}

/** `distanceToIdeal` as `Distance to ideal`. */
function inWords(name: string): string {
  const words = name.replaceAll(/[A-Z]/g, (one) => ` ${one.toLowerCase()}`);
  return words.charAt(0).toUpperCase() + words.slice(1);
}
