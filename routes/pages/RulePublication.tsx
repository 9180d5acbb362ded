/** How a rule stands and who may move it on: the draft against what is in use, published by another. */
import type { ComponentChildren } from "preact";
import type { Draft, KeptRule } from "../../domain/rules/book/kept_rule.ts";
import { Badge } from "../../islands/components/Badge.tsx";
import { Banner } from "../../islands/components/Banner.tsx";
import { Button } from "../../islands/components/Button.tsx";
import {
  CloseDialog,
  Dialog,
  OpenDialog,
} from "../../islands/components/Dialog.tsx";
import { Field } from "../../islands/components/Field.tsx";
import { Time } from "../../islands/components/Time.tsx";
import type { Zone } from "../../islands/format.ts";
import type { User } from "../../realtime/user.ts";
import { RuleDiff } from "./RuleDiff.tsx";

export interface RulePublicationProps {
  readonly kept: KeptRule;
  readonly user: User;
  readonly mayWrite: boolean;
  readonly fourEyes: boolean;
  readonly now: number;
  readonly zone: Zone;
  readonly formId: string;
  /** Why the last attempt was refused. */
  readonly refusal: string | null;
}

export function RulePublication(props: RulePublicationProps) {
  const { kept: { draft, versions }, refusal } = props;
  return (
    <div class="pad form">
      {refusal && <Banner kind="bad">{refusal}</Banner>}
      {draft ? <Waiting draft={draft} {...props} /> : (
        <p class="muted">
          There is no draft. Saving a change in the editor writes one; the
          version in use stays until somebody else publishes it.
        </p>
      )}
      {versions.length > 0 && <Use {...props} />}
    </div>
  );
}

function Waiting(props: RulePublicationProps & { readonly draft: Draft }) {
  const { draft, kept, user, mayWrite, fourEyes, now, zone } = props;
  const newest = kept.versions.at(-1);
  const isOwn = fourEyes && draft.authors.includes(user.userId);
  return (
    <>
      <p>
        Draft of version {kept.versions.length + 1}, written by{" "}
        <b>{draft.authorNames.join(", ")}</b>,{" "}
        <Time at={draft.editedAt} now={now} zone={zone} />
      </p>
      {newest && (
        <>
          <h3>Against version {newest.version}</h3>
          <RuleDiff before={newest.rule} after={draft.rule} />
        </>
      )}
      {!mayWrite
        ? <p class="muted">Facilitators publish drafts.</p>
        : isOwn
        ? <Own draft={draft} user={user} />
        : (
          <Act {...props} action="publish" offset={draft.offset}>
            <div class="actions">
              <Button kind="primary" type="submit">
                Publish version {kept.versions.length + 1}
              </Button>
            </div>
          </Act>
        )}
      {mayWrite && (
        <div class="actions">
          <OpenDialog dialog="discard">Discard draft</OpenDialog>
          <Dialog id="discard" title="Discard this draft?">
            <p>
              Its text is gone from the editor; the record keeps it. Published
              versions stay.
            </p>
            <Act {...props} action="discard">
              <div class="actions">
                <CloseDialog dialog="discard">Keep it</CloseDialog>
                <Button kind="danger" type="submit">Discard it</Button>
              </div>
            </Act>
          </Dialog>
        </div>
      )}
    </>
  );
}

/** Disabled with its reason rather than hidden. */
function Own(
  { draft, user }: { readonly draft: Draft; readonly user: User },
) {
  const others = draft.authors.filter((id) => id !== user.userId).length;
  return (
    <div class="own">
      <Badge status="pending">Waits for another’s eyes</Badge>
      <p class="muted">
        {others > 0
          ? `${
            draft.authorNames.join(" and ")
          } wrote this draft; someone else must publish it.`
          : "You wrote this draft; someone else must publish it. Any other facilitator finds it under “Wait for you”."}
      </p>
    </div>
  );
}

function Use(props: RulePublicationProps) {
  const { kept, mayWrite } = props;
  const { active, deactivatedBy, deactivationReason, versions } = kept;
  const newest = versions[versions.length - 1];
  if (active) {
    return (
      <div class="use">
        <p>
          <b>Version {newest.version}</b> is in use, published by{" "}
          {newest.publishedByName}
        </p>
        {mayWrite && (
          <>
            <OpenDialog dialog="deactivate">Take out of use</OpenDialog>
            <Dialog id="deactivate" title="Take this rule out of use?">
              <p>Evaluations skip it from now on. Its versions stay.</p>
              <Act {...props} action="deactivate">
                <Field id="reason" label="Reason" hint="Kept in the record.">
                  <textarea
                    id="reason"
                    name="reason"
                    class="input"
                    rows={3}
                    maxLength={1000}
                    aria-describedby="reason-hint"
                  />
                </Field>
                <div class="actions">
                  <CloseDialog dialog="deactivate">Keep in use</CloseDialog>
                  <Button kind="danger" type="submit">Take out of use</Button>
                </div>
              </Act>
            </Dialog>
          </>
        )}
      </div>
    );
  }
  return (
    <div class="use">
      <p>
        {deactivatedBy
          ? `${deactivatedBy} took it out of use${
            deactivationReason ? `: “${deactivationReason}”` : "."
          }`
          : "It is not in use."}
      </p>
      {mayWrite && (
        <Act {...props} action="activate">
          <Button type="submit">Use version {newest.version} again</Button>
        </Act>
      )}
    </div>
  );
}

function Act(
  { kept, action, formId, offset = 0, children }:
    & Pick<RulePublicationProps, "kept" | "formId">
    & {
      readonly action: string;
      /** Of the draft that is shown: what is published is what was read. */
      readonly offset?: number;
      readonly children: ComponentChildren;
    },
) {
  return (
    <form class="form" method="post" action={`/rules/${kept.ruleId}/${action}`}>
      <input type="hidden" name="messageId" value={`${formId}.${action}`} />
      {offset > 0 && <input type="hidden" name="seen" value={offset} />}
      {children}
    </form>
  );
}
