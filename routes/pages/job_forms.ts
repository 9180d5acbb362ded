/** What the forms of the pages of jobs ask for: submit one, cancel one, try one anew. */
import { recordOf, textOf } from "../../domain/read_json.ts";
import { readFacts } from "../../domain/rules/read_facts.ts";
import type { Json } from "../../realtime/json.ts";
import type { User } from "../../realtime/user.ts";
import type { JobDesk } from "../jobs/job_desk.ts";
import { type Fields, messageIdOf, type Refused, refusedBy } from "./form.ts";
import type { JobDraft } from "./JobNew.tsx";

export type JobOutcome =
  /** `jobId` of what was submitted; undefined where one stays. */
  | { readonly state: "done"; readonly jobId?: string }
  | {
    readonly state: "refused";
    readonly status: Refused["status"];
    readonly message?: string;
    readonly draft?: JobDraft;
  };

export async function actOnJobs(
  desk: Pick<JobDesk, "execute">,
  fields: Fields,
  user: User,
): Promise<JobOutcome> {
  const { submit, cancel, retry } = fields;
  if (submit === "audit.export" || submit === "rules.batch") {
    return await submitJob(desk, { kind: submit, fields, user });
  }
  const [command, jobId] = cancel !== undefined
    ? ["cancel_job", cancel]
    : ["retry_job", retry];
  if (jobId === undefined) return { state: "done" };
  const form = messageIdOf(fields);
  try {
    await desk.execute(command, { jobId }, {
      user,
      messageId: form && `${form}:${command}:${jobId}`.slice(0, 128),
    });
    return { state: "done" };
  } catch (error) {
    const refused = refusedBy(error);
    if (refused === undefined) throw error;
    const { status, message, fields: wrong } = refused;
    // Only an id can be wrong here, and no control shows it.
    return { state: "refused", status, message: message ?? first(wrong) };
  }
}

interface Submission {
  readonly kind: "audit.export" | "rules.batch";
  readonly fields: Fields;
  readonly user: User;
}

async function submitJob(
  desk: Pick<JobDesk, "execute">,
  { kind, fields, user }: Submission,
): Promise<JobOutcome> {
  const read = kind === "rules.batch"
    ? batchInput(fields)
    : exportInput(fields);
  if ("wrong" in read) {
    const draft = { kind, fields, wrong: read.wrong };
    return { state: "refused", status: 422, draft };
  }
  const { input } = read;
  const { priority } = fields;
  try {
    const { result } = await desk.execute(
      "submit_job",
      { type: kind, input, priority },
      { user, messageId: messageIdOf(fields) },
    );
    const jobId = textOf(recordOf(recordOf(result)?.job)?.id);
    return { state: "done", jobId: jobId ?? undefined };
  } catch (error) {
    const refused = refusedBy(error);
    if (refused === undefined) throw error;
    const { status, message } = refused;
    const { wrong, rest } = byControl(refused.fields);
    const draft = { kind, fields, wrong };
    return { state: "refused", status, message: message ?? rest, draft };
  }
}

type Read = { readonly input: Json } | { readonly wrong: Fields };

function exportInput({ channel = "", actors }: Fields): Read {
  const name = channel.trim();
  if (name === "") return { wrong: { channel: "Say which channel" } };
  return actors === "include"
    ? { input: { channel: name, actors } }
    : { input: { channel: name } };
}

function batchInput({ facts: text = "", ruleIds = "" }: Fields): Read {
  const read = readFacts(text);
  if (read.state === "mistaken") {
    const { line, message } = read;
    const where = line === undefined ? "" : `Line ${line}: `;
    return { wrong: { facts: where + message } };
  }
  const ids = ruleIds.split(/[\s,]+/).filter(Boolean);
  const facts: Json = JSON.parse(JSON.stringify(read.facts));
  return { input: ids.length > 0 ? { facts, ruleIds: ids } : { facts } };
}

/** Mistakes by the control they are about: `input.facts.3.amount` is about the facts. */
function byControl(
  mistakes: Fields,
): { readonly wrong: Fields; readonly rest: string | undefined } {
  const wrong: Record<string, string> = {};
  let rest: string | undefined;
  for (const [path, message] of Object.entries(mistakes)) {
    const [, control = "", ...at] = path.split(".");
    const where = at.length === 0 ? "" : ` (${at.join(".")})`;
    if (["channel", "facts", "ruleIds"].includes(control)) {
      wrong[control] ??= message + where;
    } else rest ??= message;
  }
  return { wrong, rest };
}

function first(mistakes: Fields): string | undefined {
  return Object.values(mistakes)[0];
}
