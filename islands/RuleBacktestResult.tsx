/** The outcome of a backtest: how many verdicts change from what to what, then which. */
import type { Counted } from "../domain/rules/backtest.ts";
import { Badge } from "./components/Badge.tsx";
import type { StatusName } from "./components/status.ts";
import { count } from "./format.ts";
import type { BacktestResult, ShownRow } from "./rule_backtest_model.ts";
import { RECOMMENDATION_LOOKS, RESULT_LOOKS } from "./rule_words.ts";

interface Look {
  readonly status: StatusName;
  readonly word: string;
}

export function RuleBacktestResult(
  { result }: { readonly result: BacktestResult },
) {
  const { facts, changed, verdicts, recommendations, rows } = result;
  const { sessions, truncated } = result;
  const many = count(facts, "set of facts", "sets of facts");
  const where = sessions === undefined
    ? ""
    : ` from ${count(sessions, "session", "sessions")}`;
  return (
    <>
      <p class="outcome">
        <b>
          {facts === 0
            ? "No facts were found"
            : changed === 0
            ? "Nothing would have changed"
            : `${changed.toLocaleString("en-GB")} would have changed`}
        </b>{" "}
        <span class="muted">{facts > 0 && `of ${many}`}{where}</span>
      </p>
      {truncated && <p class="hint">There was more than one backtest reads.</p>}
      {facts > 0 && (
        <div class="columns">
          <Counts
            label="This rule"
            counts={verdicts}
            looks={RESULT_LOOKS}
            total={facts}
          />
          <Counts
            label="All rules in use"
            counts={recommendations}
            looks={RECOMMENDATION_LOOKS}
            total={facts}
          />
        </div>
      )}
      {rows.length > 0 && <Rows rows={rows} changed={changed} />}
    </>
  );
}

function Counts<Value extends string>(
  { label, counts, looks, total }: {
    readonly label: string;
    readonly counts: readonly Counted<Value>[];
    readonly looks: Readonly<Record<Value, Look>>;
    readonly total: number;
  },
) {
  return (
    <div>
      <h3>{label}</h3>
      <ul class="counts">
        {counts.map(({ from, to, count }) => (
          <li key={`${from} ${to}`} class={from === to ? "same" : undefined}>
            <span class="change">
              {from !== to && (
                <>
                  <Badge {...looks[from]}>{looks[from].word}</Badge>
                  <Arrow />
                </>
              )}
              <Badge {...looks[to]}>{looks[to].word}</Badge>
            </span>
            <b>{count.toLocaleString("en-GB")}</b>
            <span class="muted">{percent(count, total)}</span>
          </li>
        ))}
      </ul>
    </div>
  );
}

function Rows(
  { rows, changed }: {
    readonly rows: readonly ShownRow[];
    readonly changed: number;
  },
) {
  const caption = rows.length < changed
    ? `The first ${rows.length} of ${changed.toLocaleString("en-GB")} changes`
    : "Every change";
  return (
    <div class="scroll" role="region" tabIndex={0} aria-label={caption}>
      <table class="table changes">
        <caption>{caption}</caption>
        <thead>
          <tr>
            <th scope="col" class="num w-s">Facts</th>
            <th scope="col">Values</th>
            <th scope="col" class="w-verdict">This rule</th>
            <th scope="col" class="w-verdict">All rules</th>
            <th scope="col" class="num w-m">Risk score</th>
          </tr>
        </thead>
        <tbody>{rows.map((row) => <Row key={row.index} row={row} />)}</tbody>
      </table>
    </div>
  );
}

function Row({ row }: { readonly row: ShownRow }) {
  const { index, facts, source, verdict, recommendation, riskScore } = row;
  return (
    <tr>
      <td class="num">
        {source
          ? (
            <a href={`/sessions/${source.sessionId}?at=${source.offset}`}>
              {index + 1}
            </a>
          )
          : index + 1}
      </td>
      <td>
        <code class="values">{facts}</code>
        {row.reason && <span class="reason">{row.reason}</span>}
      </td>
      <td>
        <Change
          from={RESULT_LOOKS[verdict.from]}
          to={RESULT_LOOKS[verdict.to]}
        />
      </td>
      <td>
        <Change
          from={RECOMMENDATION_LOOKS[recommendation.from]}
          to={RECOMMENDATION_LOOKS[recommendation.to]}
        />
      </td>
      <td class="num">
        {riskScore.from.toFixed(2)} <Arrow /> <b>{riskScore.to.toFixed(2)}</b>
      </td>
    </tr>
  );
}

function Change({ from, to }: { readonly from: Look; readonly to: Look }) {
  if (from === to) return <span class="muted">{to.word}</span>;
  return (
    <span class="change">
      <span class="muted">{from.word}</span>
      <Arrow />
      <Badge status={to.status}>{to.word}</Badge>
    </span>
  );
}

function Arrow() {
  return (
    <>
      <span aria-hidden="true">→</span>
      <span class="visually-hidden">to</span>
    </>
  );
}

function percent(part: number, whole: number): string {
  const share = (100 * part) / whole;
  return share > 0 && share < 1 ? "< 1 %" : `${Math.round(share)} %`;
}
