/** The filters of the list of jobs, all of them links: whose, in which state, of which kind. */
import { jobKindName } from "../../domain/jobs/kind_words.ts";
import { addressOf, JOB_TYPES, type JobPlace } from "./job_place.ts";
import { JOB_STATES, STATE_LOOKS } from "./job_words.ts";

export function JobFilters({ place }: { readonly place: JobPlace }) {
  return (
    <div class="job-filters">
      <Choice
        label="Whose"
        choices={[["Everyone’s", { mine: false }], ["Mine", { mine: true }]]}
        place={place}
      />
      <Choice
        label="State"
        choices={[
          ["Any state", { state: undefined }],
          ...JOB_STATES.map((state) =>
            [STATE_LOOKS[state].word, { state }] as const
          ),
        ]}
        place={place}
      />
      <Choice
        label="Kind"
        choices={[
          ["Any kind", { type: undefined }],
          ...JOB_TYPES.map((type) => [jobKindName(type), { type }] as const),
        ]}
        place={place}
      />
    </div>
  );
}

function Choice(
  { label, choices, place }: {
    readonly label: string;
    readonly choices: readonly (readonly [string, Partial<JobPlace>])[];
    readonly place: JobPlace;
  },
) {
  const here = addressOf(place);
  return (
    <nav class="segments" aria-label={label}>
      {choices.map(([word, change]) => {
        const href = addressOf(place, change);
        return (
          <a
            key={word}
            href={href}
            aria-current={href === here ? "true" : undefined}
          >
            {word}
          </a>
        );
      })}
    </nav>
  );
}
