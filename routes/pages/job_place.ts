/** What an address of the list of jobs asks for; what it does not know is not asked for. */
import { JOB_KINDS } from "../jobs/job_parts.ts";
import type { Fields } from "./form.ts";
import { JOB_STATES, type JobStateName } from "./job_words.ts";

export interface JobPlace {
  readonly mine: boolean;
  readonly state: JobStateName | undefined;
  /** A kind of job. */
  readonly type: string | undefined;
  readonly cursor: string | undefined;
}

/** Jobs of one page. */
export const PER_PAGE = 50;

export const JOB_TYPES: readonly string[] = JOB_KINDS.map(({ type }) => type);

export function placeOf(fields: Fields): JobPlace {
  const { state, type, cursor = "" } = fields;
  return {
    mine: fields.mine === "true",
    state: JOB_STATES.find((one) => one === state),
    type: JOB_TYPES.find((one) => one === type),
    cursor: cursor || undefined,
  };
}

/** The fields of a form that leads back to the place. */
export function placeFields(
  { mine, state, type, cursor }: JobPlace,
): readonly (readonly [name: string, value: string])[] {
  return [
    ...mine ? [["mine", "true"] as const] : [],
    ...state ? [["state", state] as const] : [],
    ...type ? [["type", type] as const] : [],
    ...cursor ? [["cursor", cursor] as const] : [],
  ];
}

/** @param change What differs from `place`; another choice begins with its newest. */
export function addressOf(
  place: JobPlace,
  change: Partial<JobPlace> = {},
): string {
  const fields = placeFields({ ...place, cursor: undefined, ...change });
  const query = new URLSearchParams(fields.map(([...pair]) => pair));
  return query.size > 0 ? `/jobs?${query}` : "/jobs";
}
