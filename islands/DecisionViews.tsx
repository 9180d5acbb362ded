/** What could change the ranking: other weights, other methods, any weights at all. */
import { useComputed, useSignal } from "@preact/signals";
import { HeatTable } from "./charts/HeatTable.tsx";
import { Tornado } from "./charts/Tornado.tsx";
import { Button } from "./components/Button.tsx";
import { Panel } from "./components/Panel.tsx";
import { Tabs } from "./components/Tabs.tsx";
import { Time } from "./components/Time.tsx";
import { DecisionMethods } from "./DecisionMethods.tsx";
import type { DecisionModel } from "./decision_model.ts";
import { inputOf, tornadoOf } from "./decision_sensitivity.ts";
import { askSmaa, digest, type Smaa, smaaBody } from "./decision_stability.ts";
import { formatNumber } from "./decision_words.ts";

export type ViewName = "weights" | "methods" | "stability";

const VIEWS: Readonly<Record<ViewName, string>> = {
  weights: "Other weights",
  methods: "Other methods",
  stability: "Any weights at all",
};

interface Props {
  readonly model: DecisionModel;
  /** None is shown until one is asked for. */
  readonly first: ViewName | undefined;
  readonly smaa?: Smaa;
}

export function DecisionViews({ model, first, smaa }: Props) {
  const view = useSignal(first);
  const found = useSignal(smaa);
  // While a weight moves only the ranking keeps up with it.
  const input = useComputed(() =>
    inputOf(model.drag.value ? model.decision.value : model.shown.value)
  );
  const { decisionId } = model.decision.value;
  const pathOf = (name: string) =>
    `/decisions/${decisionId}?view=${name}#views`;
  return (
    <Panel id="views" title="What could change it">
      <div
        class="pad stack"
        onClick={(event) => {
          const link = event.target instanceof Element &&
            event.target.closest(".tabs a");
          const name = viewIn(link ? link.getAttribute("href") : null);
          if (!name || event.ctrlKey || event.metaKey || event.shiftKey) return;
          event.preventDefault();
          view.value = name;
          history.replaceState(null, "", pathOf(name));
        }}
      >
        <Tabs
          label="What could change the ranking"
          tabs={Object.entries(VIEWS).map(([name, label]) => ({
            href: pathOf(name),
            label,
          }))}
          current={view.value ? pathOf(view.value) : ""}
        />
        {!input.value
          ? <p class="muted">There is no ranking yet that could change.</p>
          : !view.value
          ? (
            <p class="muted">
              How firmly the leader leads: try other weights, other methods, or
              no weights at all.
            </p>
          )
          : view.value === "weights"
          ? <OtherWeights model={model} input={input.value} />
          : view.value === "methods"
          ? <DecisionMethods model={model} input={input.value} />
          : <AnyWeights model={model} input={input.value} found={found} />}
      </div>
    </Panel>
  );
}

/** The view an address asks for, if any. */
export function viewNamed(name: string | undefined): ViewName | undefined {
  return name !== undefined && isView(name) ? name : undefined;
}

function isView(name: string): name is ViewName {
  return Object.hasOwn(VIEWS, name);
}

function viewIn(href: string | null): ViewName | undefined {
  const name = href?.match(/view=(\w+)/)?.[1];
  return viewNamed(name);
}

type Input = NonNullable<ReturnType<typeof inputOf>>;

function OtherWeights(
  { model, input }: { readonly model: DecisionModel; readonly input: Input },
) {
  const tornado = tornadoOf(input);
  if (!tornado) return <p class="muted">Nobody else could lead.</p>;
  const { alternatives, criteria } = model.decision.value;
  const { leader, second, margin, swings } = tornado;
  const [first, next] = [leader, second].map((one) => alternatives[one]?.label);
  return (
    <>
      <p>
        How far <b>{first}</b> stays ahead of <b>{next}</b>{" "}
        while one weight is half as large and half as large again. Now{" "}
        {formatNumber(margin)}; below 0 {next} is ahead.
      </p>
      <Tornado
        title={`${first} less ${next}, weights ±50 %`}
        now={margin}
        bars={swings.map(({ criterion, low, high }) => ({
          label: criteria[criterion]?.label ?? "?",
          low,
          high,
        }))}
        heads={["Half the weight", "Half as much again"]}
        format={formatNumber}
      />
    </>
  );
}

function AnyWeights(
  { model, input, found }: {
    readonly model: DecisionModel;
    readonly input: Input;
    readonly found: { value: Smaa | undefined };
  },
) {
  const state = useSignal<"" | "asking" | string>("");
  const smaa = found.value;
  const isStale = smaa !== undefined && smaa.of !== digest(smaaBody(input));
  const { alternatives, decisionId } = model.decision.value;
  const ask = async (event: Event) => {
    event.preventDefault();
    state.value = "asking";
    try {
      found.value = await askSmaa(input);
      state.value = "";
    } catch (error) {
      state.value = error instanceof Error ? error.message : String(error);
    }
  };
  const asking = state.value === "asking";
  return (
    <>
      <p>
        How often each alternative takes each rank when nothing is known of the
        weights: all are drawn at random, each as likely as any other.
      </p>
      {smaa && !isStale && (
        <>
          <HeatTable
            title="Share of weightings by rank"
            head="Alternative"
            columns={alternatives.map((_, n) => `Rank ${n + 1}`)}
            rows={alternatives.map(({ label }, one) => ({
              label,
              shares: smaa.acceptability[one] ?? [],
            }))}
          />
          <p class="muted">
            Computed with {smaa.samples.toLocaleString("en-GB")} samples, seed
            {" "}
            {smaa.seed}. The same scores give the same figures.
            {smaa.from !== undefined && (
              <>
                {" "}From cache, computed at{" "}
                <Time
                  at={smaa.from}
                  now={model.readAt}
                  zone={model.zone.value}
                />.
              </>
            )}
          </p>
        </>
      )}
      {isStale && <p class="muted">Scores or method have changed since.</p>}
      {(!smaa || isStale) && (
        <form
          method="get"
          action={`/decisions/${decisionId}#views`}
          onSubmit={ask}
        >
          <input type="hidden" name="view" value="stability" />
          <input type="hidden" name="compute" value="yes" />
          <Button type="submit" disabled={asking}>
            {asking ? "Computing…" : "Compute rank stability"}
          </Button>
        </form>
      )}
      <p role="status">{asking ? "" : state.value}</p>
    </>
  );
}
