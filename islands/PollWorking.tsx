/** How the method came to its result: duels, rounds or grades, for whoever wants to check. */
import type { ComponentChildren } from "preact";
import type { Json } from "../domain/decider.ts";
import type { PollTally } from "../domain/consensus/polls/outcome.ts";
import type { Poll } from "../domain/consensus/polls/poll.ts";
import { amount } from "../domain/consensus/polls/statement.ts";
import { listIn, numbersIn, recordIn } from "./poll_figures.ts";

interface Props {
  readonly poll: Poll;
  readonly tally: PollTally;
}

export function PollWorking({ poll, tally: { details } }: Props) {
  const labels = new Map(poll.alternatives.map(({ id, label }) => [id, label]));
  const name = (id: Json) => labels.get(String(id)) ?? String(id);
  const names = (value: Json | undefined) => listIn(value).map(name).join(", ");
  switch (poll.method) {
    case "schulze":
    case "ranked_pairs":
      return (
        <Working title="Duels">
          <Duels poll={poll} rows={listIn(details.pairwise).map(listIn)} />
          {typeof details.condorcetWinner === "string" && (
            <p>
              <b>{name(details.condorcetWinner)}</b> beats every other.
            </p>
          )}
          {details.condorcetWinner === null && (
            <p>
              Nobody beats every other; in front: {names(details.smithSet)}.
            </p>
          )}
          {listIn(details.dropped).length > 0 && (
            <p>
              Dropped, as they contradict clearer ones:{" "}
              {listIn(details.dropped).map(listIn).map(([a, b]) =>
                `${name(a)} over ${name(b)}`
              ).join("; ")}.
            </p>
          )}
        </Working>
      );
    case "irv":
      return (
        <Working title="Rounds of the count">
          <ol class="count-rounds">
            {listIn(details.rounds).map(recordIn).map((round, n) => (
              <li key={n}>
                {Object.entries(numbersIn(round.counts)).map(([id, votes]) =>
                  `${name(id)} ${amount(votes)}`
                ).join(", ")}
                {listIn(round.eliminated).length > 0 &&
                  `; out: ${names(round.eliminated)}`}
                {listIn(round.tied).length > 0 &&
                  `; level at the end: ${names(round.tied)}`}
              </li>
            ))}
          </ol>
        </Working>
      );
    case "majority_judgment":
      return (
        <Working title="Grades given">
          <Grades poll={poll} counts={recordIn(details.counts)} />
        </Working>
      );
    default:
      return null;
  }
}

function Working(
  { title, children }: {
    title: string;
    children: ComponentChildren;
  },
) {
  return (
    <details class="details working">
      <summary>{title}</summary>
      {children}
    </details>
  );
}

function Duels(
  { poll, rows }: { poll: Poll; rows: readonly (readonly Json[])[] },
) {
  return (
    <div class="scrolls" tabIndex={0} role="group" aria-label="Duels">
      <table class="table duels">
        <caption>Ballots that put the row before the column</caption>
        <thead>
          <tr>
            <td />
            {poll.alternatives.map(({ id, label }) => (
              <th key={id} scope="col">{label}</th>
            ))}
          </tr>
        </thead>
        <tbody>
          {poll.alternatives.map(({ id, label }, row) => (
            <tr key={id}>
              <th scope="row">{label}</th>
              {poll.alternatives.map((other, column) => {
                const votes = Number(rows[row]?.[column] ?? 0);
                const against = Number(rows[column]?.[row] ?? 0);
                return (
                  <td key={other.id} class="num">
                    {row === column
                      ? "–"
                      : votes > against
                      ? <b>{amount(votes)}</b>
                      : amount(votes)}
                  </td>
                );
              })}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Grades(
  { poll, counts }: {
    poll: Poll;
    counts: { readonly [key: string]: Json };
  },
) {
  return (
    <div class="scrolls" tabIndex={0} role="group" aria-label="Grades given">
      <table class="table duels">
        <caption>How often each grade was given</caption>
        <thead>
          <tr>
            <td />
            {poll.grades.map((grade) => <th key={grade} scope="col">{grade}
            </th>)}
          </tr>
        </thead>
        <tbody>
          {poll.alternatives.map(({ id, label }) => {
            const row = numbersIn(counts[id]);
            return (
              <tr key={id}>
                <th scope="row">{label}</th>
                {poll.grades.map((grade) => (
                  <td key={grade} class="num">{amount(row[grade] ?? 0)}</td>
                ))}
              </tr>
            );
          })}
        </tbody>
      </table>
    </div>
  );
}
