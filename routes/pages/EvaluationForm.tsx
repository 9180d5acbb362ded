/** The form that evaluates rules into a session: which rules, on what facts, under what title. */
import { Badge } from "../../islands/components/Badge.tsx";
import { Banner } from "../../islands/components/Banner.tsx";
import { Button, ButtonLink } from "../../islands/components/Button.tsx";
import { EmptyState } from "../../islands/components/EmptyState.tsx";
import {
  described,
  Field,
  FieldMistake,
} from "../../islands/components/Field.tsx";
import { Panel } from "../../islands/components/Panel.tsx";
import { count } from "../../islands/format.ts";
import { RISK_LOOKS } from "../../islands/rule_words.ts";
import {
  boxOf,
  type EvaluationFields,
  MAX_CHOSEN,
  type Wrong,
} from "./evaluation_form.ts";
import { Main } from "./layout.tsx";
import type { ListedRule } from "./rule_list.ts";

/** Rules shown to choose from; of more, words find the right ones. */
const MAX_LISTED = 100;

export interface EvaluationFormProps {
  readonly session: { readonly id: string; readonly title: string };
  readonly fields: EvaluationFields;
  /** Every rule in use. */
  readonly inUse: readonly ListedRule[];
  /** Those with the words that are looked for. */
  readonly listed: readonly ListedRule[];
  /** Why its reader cannot evaluate here. */
  readonly refused?: string;
  readonly messageId: string;
  readonly wrong?: Wrong;
  readonly message?: string;
  readonly focus?: string;
}

export function EvaluationForm(props: EvaluationFormProps) {
  const { session, inUse, refused } = props;
  const back = `/sessions/${session.id}`;
  return (
    <Main>
      <div class="intro">
        <h1>Evaluate rules</h1>
        <p class="muted">
          In the session{" "}
          <a href={back}>{session.title}</a>: facts, verdicts and why are kept
          in its record
        </p>
      </div>
      {refused !== undefined
        ? (
          <Panel id="refused" title="Evaluate rules">
            <div class="pad stack">
              <p class="muted">{refused}</p>
              <p>
                <ButtonLink href={back}>Back to the session</ButtonLink>
              </p>
            </div>
          </Panel>
        )
        : inUse.length === 0
        ? (
          <section class="panel">
            <EmptyState
              title="No rule is in use"
              text="A rule is evaluated once one person has written it and another has published it."
              action={<ButtonLink href="/rules">All rules</ButtonLink>}
            />
          </section>
        )
        : <Form {...props} back={back} />}
    </Main>
  );
}

function Form(props: EvaluationFormProps & { readonly back: string }) {
  const { fields, messageId, message, wrong = {}, focus, back } = props;
  const { title, facts } = fields;
  return (
    <form method="post" action={`${back}/evaluations/new`} class="two evaluate">
      {/* Enter in a field presses a form's first button: it must not be "find". */}
      <button
        type="submit"
        name="do"
        value="run"
        class="visually-hidden"
        tabIndex={-1}
        aria-hidden="true"
      />
      <input type="hidden" name="messageId" value={messageId} />
      <div class="stack">
        {message && <Banner kind="bad">{message}</Banner>}
        <Panel id="facts-panel" title="Facts">
          <div class="pad form">
            <Field
              id="facts"
              label="What the rules are asked about"
              wrong={wrong.facts}
              hint="JSON, by name. The example has every name the chosen rules ask for: put your own values in."
            >
              <textarea
                id="facts"
                name="facts"
                class="input mono facts-box"
                rows={8}
                spellcheck={false}
                autocomplete="off"
                autofocus={focus === "facts"}
                {...described("facts", { hint: true, wrong: wrong.facts })}
              >
                {facts}
              </textarea>
            </Field>
            <p>
              <Button type="submit" name="do" value="example">
                Fill in an example
              </Button>
            </p>
          </div>
        </Panel>
        <Panel id="words" title="Title">
          <div class="pad form">
            <Field
              id="title"
              label="What this is about"
              hint="Optional: the timeline tells of it by this name."
              wrong={wrong.title}
            >
              <input
                id="title"
                name="title"
                class="input"
                value={title}
                maxLength={200}
                autocomplete="off"
                placeholder="Payment 4711"
                {...described("title", { hint: true, wrong: wrong.title })}
              />
            </Field>
          </div>
        </Panel>
      </div>
      <div class="stack">
        <Choice {...props} />
        <div class="draft-end">
          <Button kind="primary" type="submit" name="do" value="run">
            Evaluate
          </Button>
          <ButtonLink href={back}>Cancel</ButtonLink>
        </div>
      </div>
    </form>
  );
}

function Choice(props: EvaluationFormProps) {
  const { fields: { which }, inUse, wrong = {} } = props;
  const tooMany = inUse.length > MAX_CHOSEN;
  return (
    <Panel id="rules" title="Rules" end={`${inUse.length} in use`}>
      <div class="pad form which">
        {wrong.rules && (
          <div class="field">
            <FieldMistake id="rules-mistake">{wrong.rules}</FieldMistake>
          </div>
        )}
        <fieldset class="field">
          <legend class="visually-hidden">Which rules</legend>
          <div class="choices two-choices">
            <label>
              <input
                type="radio"
                name="which"
                value="all"
                checked={which === "all"}
                disabled={tooMany}
              />
              <span>
                All in use
                <small>
                  {tooMany
                    ? `At most ${MAX_CHOSEN} at once`
                    : count(inUse.length, "rule", "rules")}
                </small>
              </span>
            </label>
            <label>
              <input
                type="radio"
                name="which"
                value="some"
                checked={which === "some"}
              />
              <span>
                Some<small>Choose below</small>
              </span>
            </label>
          </div>
        </fieldset>
        <Boxes {...props} />
      </div>
    </Panel>
  );
}

function Boxes(
  { fields: { words, chosen }, inUse, listed, wrong = {}, focus }:
    EvaluationFormProps,
) {
  const isChosen = new Set(chosen);
  const found = listed.filter(({ ruleId }) => !isChosen.has(ruleId));
  const shown = [
    // What is chosen stays in sight, whatever is looked for.
    ...inUse.filter(({ ruleId }) => isChosen.has(ruleId)),
    ...found.slice(0, MAX_LISTED),
  ];
  const known = new Set(inUse.map(({ ruleId }) => ruleId));
  const gone = chosen.filter((ruleId) => !known.has(ruleId));
  const more = found.length - MAX_LISTED;
  return (
    <div class="some form">
      <div class="find" role="search">
        <label for="q" class="visually-hidden">Find rules</label>
        <input
          id="q"
          name="q"
          type="search"
          class="input"
          value={words}
          maxLength={200}
          autofocus={focus === "q"}
          placeholder="Name, id, or words of it"
        />
        <Button type="submit" name="do" value="find">Find</Button>
      </div>
      {gone.map((ruleId) => (
        <div key={ruleId} class="field">
          <FieldMistake>{`${ruleId} is not in use any more`}</FieldMistake>
        </div>
      ))}
      <ul class="choices rule-boxes">
        {shown.map((rule) => (
          <RuleBox
            key={rule.ruleId}
            rule={rule}
            checked={isChosen.has(rule.ruleId)}
            wrong={wrong[boxOf(rule.ruleId)]}
          />
        ))}
      </ul>
      {shown.length === 0 && (
        <p class="muted">No rule in use has all of these words.</p>
      )}
      {more > 0 && (
        <p class="hint">
          {count(more, "more rule", "more rules")}: find them by words.
        </p>
      )}
    </div>
  );
}

function RuleBox(
  { rule: { ruleId, name, riskLevel, rule }, checked, wrong }: {
    readonly rule: ListedRule;
    readonly checked: boolean;
    readonly wrong?: string;
  },
) {
  const id = boxOf(ruleId);
  const look = RISK_LOOKS[riskLevel];
  return (
    <li class="field">
      <label>
        <input
          id={id}
          name={id}
          type="checkbox"
          checked={checked}
          {...described(id, { wrong })}
        />
        <span>
          <span class="named">
            {name} <Badge status={look.status}>{look.word}</Badge>
          </span>
          {rule && <code>{rule.when}</code>}
        </span>
      </label>
      {wrong && <FieldMistake id={`${id}-mistake`}>{wrong}</FieldMistake>}
    </li>
  );
}
