/** Work one can submit from the page: an export of a channel, rules on pasted facts. */
import { JOB_PRIORITIES } from "../../domain/jobs/events.ts";
import { MAX_FACTS } from "../../domain/rules/read_facts.ts";
import { Button } from "../../islands/components/Button.tsx";
import { described, Field } from "../../islands/components/Field.tsx";
import { Panel } from "../../islands/components/Panel.tsx";
import type { Fields } from "./form.ts";
import { PRIORITY_WORDS } from "./job_words.ts";

/** What was sent and could not be taken, with why at each control. */
export interface JobDraft {
  readonly kind: "audit.export" | "rules.batch" | undefined;
  readonly fields: Fields;
  readonly wrong: Fields;
}

export const NO_DRAFT: JobDraft = { kind: undefined, fields: {}, wrong: {} };

export interface JobNewProps {
  readonly draft: JobDraft;
  readonly formId: string;
  /** May have rules evaluated. */
  readonly mayEvaluate: boolean;
}

export function JobNew({ draft, formId, mayEvaluate }: JobNewProps) {
  const { kind, fields, wrong } = draft;
  const ofExport = kind === "audit.export" ? { fields, wrong } : NO_DRAFT;
  const ofRules = kind === "rules.batch" ? { fields, wrong } : NO_DRAFT;
  return (
    <Panel id="new" title="New job">
      <details class="job-new" open={kind === "audit.export"}>
        <summary>Export a channel</summary>
        <form method="post" action="/jobs" class="form" autocomplete="off">
          <Sent kind="audit.export" formId={formId} />
          <Field
            id="channel"
            label="Channel"
            hint="rules, alerts, learning, or session:… of a session"
            wrong={ofExport.wrong.channel}
          >
            <input
              id="channel"
              name="channel"
              class="input mono"
              required
              maxLength={256}
              value={ofExport.fields.channel}
              {...described("channel", {
                hint: true,
                wrong: ofExport.wrong.channel,
              })}
            />
          </Field>
          <label class="job-check">
            <input
              type="checkbox"
              name="actors"
              value="include"
              checked={ofExport.fields.actors === "include"}
            />
            Also say who is behind the ids
          </label>
          <Submit fields={ofExport.fields} id="export" word="Export" />
        </form>
      </details>
      {mayEvaluate && (
        <details class="job-new" open={kind === "rules.batch"}>
          <summary>Evaluate rules on many facts</summary>
          <form method="post" action="/jobs" class="form" autocomplete="off">
            <Sent kind="rules.batch" formId={formId} />
            <Field
              id="facts"
              label="Facts"
              hint={`A JSON array, JSON objects line by line, or CSV; at most ${
                MAX_FACTS.toLocaleString("en-GB")
              }`}
              wrong={ofRules.wrong.facts}
            >
              <textarea
                id="facts"
                name="facts"
                class="input mono job-facts"
                rows={5}
                required
                {...described("facts", {
                  hint: true,
                  wrong: ofRules.wrong.facts,
                })}
              >
                {ofRules.fields.facts}
              </textarea>
            </Field>
            <Field
              id="rule-ids"
              label="Rules"
              hint="Ids with commas between; left empty, all in use"
              wrong={ofRules.wrong.ruleIds}
            >
              <input
                id="rule-ids"
                name="ruleIds"
                class="input mono"
                maxLength={4000}
                value={ofRules.fields.ruleIds}
                {...described("rule-ids", {
                  hint: true,
                  wrong: ofRules.wrong.ruleIds,
                })}
              />
            </Field>
            <Submit fields={ofRules.fields} id="rules" word="Evaluate" />
          </form>
        </details>
      )}
      <p class="job-elsewhere">
        Backtests begin on the page of their{" "}
        <a href="/rules">rule</a>; SMAA and many decisions at once over the API.
      </p>
    </Panel>
  );
}

function Sent(
  { kind, formId }: {
    readonly kind: JobDraft["kind"];
    readonly formId: string;
  },
) {
  return (
    <>
      <input type="hidden" name="submit" value={kind} />
      <input type="hidden" name="messageId" value={`${formId}.${kind}`} />
    </>
  );
}

function Submit(
  { fields, id, word }: {
    readonly fields: Fields;
    readonly id: string;
    readonly word: string;
  },
) {
  const { priority = "MEDIUM" } = fields;
  return (
    <div class="job-submit">
      <label for={`priority-${id}`}>Priority</label>
      <select id={`priority-${id}`} name="priority" class="input">
        {JOB_PRIORITIES.map((one) => (
          <option key={one} value={one} selected={one === priority}>
            {PRIORITY_WORDS[one]}
          </option>
        ))}
      </select>
      <Button kind="primary" type="submit">{word}</Button>
    </div>
  );
}
