/** Grading every alternative: a table of radio buttons, worst to best. */
import type { Poll } from "../domain/consensus/polls/poll.ts";
import { FieldMistake } from "./components/Field.tsx";
import { startsChecked } from "./poll_defaults.ts";
import type { BallotFields } from "./poll_fields.ts";

export function PollGrades(
  { poll, fields, mistake }: {
    readonly poll: Poll;
    readonly fields: BallotFields;
    readonly mistake?: string;
  },
) {
  return (
    <fieldset
      class="field"
      aria-describedby={mistake ? "said-mistake" : undefined}
    >
      <legend>
        A grade for each; without one it gets {poll.grades[0]}
      </legend>
      {mistake && <FieldMistake id="said-mistake">{mistake}</FieldMistake>}
      <table class="table grades">
        <thead>
          <tr>
            <th scope="col">Alternative</th>
            {poll.grades.map((grade) => <th key={grade} scope="col">{grade}
            </th>)}
          </tr>
        </thead>
        <tbody>
          {poll.alternatives.map(({ id, label }) => (
            <tr key={id}>
              <th scope="row">{label}</th>
              {poll.grades.map((grade) => (
                <td key={grade}>
                  <label>
                    <input
                      type="radio"
                      name={`grade.${id}`}
                      value={grade}
                      aria-label={`${label}: ${grade}`}
                      {...startsChecked(fields[`grade.${id}`] === grade)}
                    />
                    <span aria-hidden="true">{grade}</span>
                  </label>
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </fieldset>
  );
}
