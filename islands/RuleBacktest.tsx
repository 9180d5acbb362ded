/** What a draft would have changed: facts in, progress, and the verdicts that differ. */
import { hydrate } from "preact";
import { Banner } from "./components/Banner.tsx";
import { Button } from "./components/Button.tsx";
import { described, Field } from "./components/Field.tsx";
import { Meter } from "./components/Meter.tsx";
import { type PageContext, readState } from "./page_context.ts";
import { goLive } from "./rule_backtest_live.ts";
import {
  type BacktestJob,
  createBacktest,
  isUnderWay,
  type RuleBacktestModel,
  type RuleBacktestState,
} from "./rule_backtest_model.ts";
import { RuleBacktestResult } from "./RuleBacktestResult.tsx";

/** Shown where nothing was pasted yet. */
const PASTED = "amount,method\n12500,cash\n800,card";

interface Part {
  readonly model: RuleBacktestModel;
}

export function RuleBacktest({ model }: Part) {
  const { state } = model;
  const job = model.job.value;
  const mistake = model.mistake.value;
  return (
    <div class="pad form">
      {state.draftOffset === null
        ? (
          <p class="muted">
            There is no draft. Write one, save it, and see here what it would
            have changed.
          </p>
        )
        : state.mayRun && !isUnderWay(job) && <Ask model={model} />}
      {mistake && <Banner kind="bad">{mistake}</Banner>}
      {isUnderWay(job) && <Progress model={model} job={job} />}
      {job && <Ended job={job} draftOffset={state.draftOffset} />}
    </div>
  );
}

function Ask({ model }: Part) {
  const { ruleId, formId } = model.state;
  const source = model.source.value;
  return (
    <form
      class="form ask-facts"
      method="post"
      action={`/rules/${ruleId}/backtest`}
      onSubmit={(event) => {
        const actions = model.actions.peek();
        if (!actions) return;
        event.preventDefault();
        actions.run();
      }}
    >
      <input type="hidden" name="messageId" value={`${formId}.backtest`} />
      <fieldset class="field">
        <legend>Facts to run the saved draft on</legend>
        <div class="choices two-choices">
          <label>
            <input
              type="radio"
              name="source"
              value="given"
              checked={source === "given"}
              onChange={() => model.source.value = "given"}
            />
            <span>
              Pasted<small>A JSON array, or CSV under a header</small>
            </span>
          </label>
          <label>
            <input
              type="radio"
              name="source"
              value="past"
              checked={source === "past"}
              onChange={() => model.source.value = "past"}
            />
            <span>
              Past<small>Of evaluations in sessions you may read</small>
            </span>
          </label>
        </div>
      </fieldset>
      <div class="given">
        <Field id="given" label="Pasted facts" hideLabel>
          <textarea
            id="given"
            name="given"
            class="input mono facts-box"
            rows={5}
            spellcheck={false}
            placeholder={PASTED}
            {...described("given", {})}
            value={model.given.value}
            onInput={({ currentTarget }) =>
              model.given.value = currentTarget.value}
          />
        </Field>
      </div>
      <div class="past">
        <Field id="since" label="Since" hint="At most 5,000 sets of facts.">
          <input
            id="since"
            name="since"
            type="date"
            class="input short"
            aria-describedby="since-hint"
            value={model.since.value}
            onInput={({ currentTarget }) =>
              model.since.value = currentTarget.value}
          />
        </Field>
      </div>
      <div class="actions">
        <Button type="submit">Run the backtest</Button>
      </div>
    </form>
  );
}

function Progress({ model, job }: Part & { readonly job: BacktestJob }) {
  const { ruleId, formId } = model.state;
  const { state, progress } = job;
  const { done, total } = progress ?? { done: 0, total: 1 };
  const text = progress === null
    ? state === "queued" ? "Queued" : "Reading the facts"
    : `${done.toLocaleString("en-GB")} of ${total.toLocaleString("en-GB")}`;
  return (
    <>
      <Meter label="Backtest" value={done} max={total} text={text} />
      <form
        class="actions"
        method="post"
        action={`/rules/${ruleId}/backtest/cancel`}
        onSubmit={(event) => {
          const actions = model.actions.peek();
          if (!actions) return;
          event.preventDefault();
          actions.cancel();
        }}
      >
        <input type="hidden" name="messageId" value={`${formId}.cancel`} />
        <input type="hidden" name="jobId" value={job.id} />
        <Button type="submit">Cancel</Button>
        <a
          class="button plain-only"
          href={`/rules/${ruleId}?job=${job.id}#backtest`}
        >
          Look again
        </a>
      </form>
    </>
  );
}

function Ended(
  { job, draftOffset }: {
    readonly job: BacktestJob;
    readonly draftOffset: number | null;
  },
) {
  const { state, result, error } = job;
  return (
    <div class="form" role="status">
      {state === "cancelled" && (
        <Banner kind="info">Cancelled. Nothing was changed by it.</Banner>
      )}
      {(state === "failed" || state === "dead") && (
        <Banner kind="bad">{error}</Banner>
      )}
      {state === "done" && result && (
        <>
          {result.draft.offset !== draftOffset && (
            <Banner kind="warn">
              The draft has changed since: this is about an older text of it.
            </Banner>
          )}
          <RuleBacktestResult result={result} />
        </>
      )}
    </div>
  );
}

export function mount(root: Element, { client }: PageContext): void {
  const state = readState<RuleBacktestState>("Backtest", document);
  const model = createBacktest(state);
  const written = new Map(
    [...root.querySelectorAll<HTMLInputElement | HTMLTextAreaElement>(
      "#given, #since, [name=source]:checked",
    )].map(({ name, value }) => [name, value]),
  );
  hydrate(<RuleBacktest model={model} />, root);
  // It comes when one turns to the form, and may be late for the first words.
  model.given.value = written.get("given") ?? state.given;
  model.since.value = written.get("since") ?? state.since;
  if (written.get("source") === "past") model.source.value = "past";
  goLive(model, { client });
}
