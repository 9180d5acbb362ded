/** What came of a job, in a form one can read: by kind. */
import type { Json } from "../../domain/decider.ts";
import { listOf, numberOf, recordOf, textOf } from "../../domain/read_json.ts";
import { ButtonLink } from "../../islands/components/Button.tsx";
import { type Column, Table } from "../../islands/components/Table.tsx";
import { count } from "../../islands/format.ts";
import type { WholeJob } from "../jobs/job_reading.ts";
import { size } from "./byte_size.ts";
import { methodWord } from "./job_asked.ts";
import { JobSmaa, percent } from "./JobSmaa.tsx";
import { JobVerdicts } from "./JobVerdicts.tsx";

/** Rows of a table of outcomes; the JSON has all. */
const SHOWN = 20;

export function JobResult({ job }: { readonly job: WholeJob }) {
  if (job.mode === "batch") return <Items job={job} />;
  switch (job.type) {
    case "decisions.smaa":
      return <JobSmaa result={job.result} />;
    case "rules.batch":
      return <JobVerdicts result={job.result} />;
    case "rules.backtest":
      return <Backtest job={job} />;
    case "decisions.batch":
      return <Winners job={job} />;
    case "audit.export":
      return <Exported job={job} />;
    default:
      return <p class="pad">It ended. Its JSON says what came of it.</p>;
  }
}

function Backtest({ job: { id, about, result } }: { readonly job: WholeJob }) {
  const body = recordOf(result);
  const facts = numberOf(body?.facts) ?? 0;
  const changed = numberOf(body?.changed) ?? 0;
  return (
    <div class="pad job-said">
      <p>
        <b>
          {changed === 0
            ? "Nothing would have changed"
            : `${changed.toLocaleString("en-GB")} would have changed`}
        </b>{" "}
        of {count(facts, "set of facts", "sets of facts")}.
      </p>
      {about !== null && (
        <ButtonLink
          kind="primary"
          href={`/rules/${encodeURIComponent(about)}?job=${id}#backtest`}
        >
          See what changes, beside the rule
        </ButtonLink>
      )}
    </div>
  );
}

function Exported({ job: { id, result } }: { readonly job: WholeJob }) {
  const body = recordOf(result);
  const entries = numberOf(body?.entries) ?? 0;
  return (
    <div class="pad job-said">
      <p>
        <b>{count(entries, "entry", "entries")}</b>,{" "}
        {size(numberOf(body?.bytes) ?? 0)}. The file is kept for a week; it can
        be made again at any time.
      </p>
      <p class="job-links">
        <a
          class="button primary"
          href={`/api/v1/jobs/${id}/file`}
          download={textOf(body?.file) ?? true}
        >
          Download
        </a>
        <a class="button" href="/audit/verifier">Check it offline</a>
      </p>
    </div>
  );
}

interface Row {
  readonly place: number;
  readonly what: string;
  readonly outcome: string;
}

function Winners({ job: { result } }: { readonly job: WholeJob }) {
  const results = listOf(recordOf(result)?.results);
  const rows = results.slice(0, SHOWN).map((one, n) => {
    const body = recordOf(one);
    return {
      place: n + 1,
      what: methodWord(body?.method),
      outcome: winnerOf(body?.ranks),
    };
  });
  return (
    <Rows
      label="The decisions, in their order"
      heads={["Decision", "Method", "First"]}
      rows={rows}
      total={results.length}
    />
  );
}

function Items({ job: { type, result } }: { readonly job: WholeJob }) {
  const items = listOf(recordOf(result)?.items);
  const failed =
    items.filter((one) => recordOf(one)?.state === "failed").length;
  const rows = items.slice(0, SHOWN).map((one, n) => {
    const body = recordOf(one);
    const isDone = body?.state === "done";
    return {
      place: n + 1,
      what: isDone ? "Done" : "Failed",
      outcome: isDone
        ? itemWords(type, body?.result)
        : textOf(body?.error) ?? "",
    };
  });
  return (
    <>
      <p class="job-note">
        <b>{items.length - failed}</b> done, <b>{failed}</b> failed.
      </p>
      <Rows
        label="The inputs, in their order"
        heads={["Input", "State", "What came of it"]}
        rows={rows}
        total={items.length}
      />
    </>
  );
}

function Rows(
  { label, heads, rows, total }: {
    readonly label: string;
    readonly heads: readonly [string, string, string];
    readonly rows: readonly Row[];
    readonly total: number;
  },
) {
  const columns: readonly Column<Row>[] = [
    { key: "place", head: heads[0], width: "s", cell: ({ place }) => place },
    { key: "what", head: heads[1], cell: ({ what }) => what },
    { key: "outcome", head: heads[2], cell: ({ outcome }) => outcome },
  ];
  return (
    <>
      <Table
        label={label}
        columns={columns}
        rows={rows}
        keyOf={({ place }) => String(place)}
      />
      {total > rows.length && (
        <p class="job-note">
          The first {rows.length} of{" "}
          {total.toLocaleString("en-GB")}; the JSON has all.
        </p>
      )}
    </>
  );
}

function itemWords(type: string, result: Json | undefined): string {
  if (type !== "decisions.smaa") return "";
  const rows = listOf(recordOf(recordOf(result)?.details)?.rankAcceptability);
  const shares = rows.map((row) => numberOf(listOf(row)[0]) ?? 0);
  if (shares.length === 0) return "";
  const most = Math.max(...shares);
  return `Alternative ${shares.indexOf(most) + 1} is first in ${percent(most)}`;
}

/** By rank: 1 is best; more than one may share it. */
function winnerOf(ranks: Json | undefined): string {
  const first = listOf(ranks)
    .flatMap((rank, n) => rank === 1 ? [n + 1] : []);
  if (first.length === 0) return "–";
  const noun = first.length === 1 ? "Alternative" : "Alternatives";
  return `${noun} ${first.join(", ")}`;
}
