/** Whether trust kept its word: the measures of calibration, the curve, or what is missing for them. */
import type { Calibration } from "../../domain/learning/calibration.ts";
import { MIN_LABELS } from "../../domain/learning/precision.ts";
import { ReliabilityCurve } from "../../islands/charts/ReliabilityCurve.tsx";
import { EmptyState } from "../../islands/components/EmptyState.tsx";
import { Panel } from "../../islands/components/Panel.tsx";
import { count } from "../../islands/format.ts";

export function CalibrationPanel(
  { calibration, isAll }: {
    readonly calibration: Calibration | null;
    /** All rules are on this page. */
    readonly isAll: boolean;
  },
) {
  const title = "Did trust keep its word?";
  if (calibration === null) {
    return (
      <Panel id="calibration" title={title}>
        <EmptyState
          title="Nothing to measure yet"
          text="Each label is held against the trust before it: of rules trusted to 80 %, eight of ten should be right. Without labels there is nothing to hold against it."
        />
      </Panel>
    );
  }
  const labels = calibration.curve.reduce((sum, bin) => sum + bin.count, 0);
  return (
    <Panel
      id="calibration"
      title={title}
      end={`${count(labels, "label", "labels")}${
        isAll ? "" : " of the rules on this page"
      }`}
    >
      <div class="calibration pad">
        <div>
          <p>
            Of rules trusted to 80 %, eight of ten should be right. Points on
            the diagonal are; above it rules were better than trusted, below it
            worse.
          </p>
          {labels < MIN_LABELS && (
            <p class="muted">
              {count(labels, "label is", "labels are")}{" "}
              too few to judge by, under 10: the lines through the points show
              how little is known.
            </p>
          )}
          <Measures calibration={calibration} />
        </div>
        <ReliabilityCurve
          title="Trust against what came, with 95 % intervals"
          curve={calibration.curve}
        />
      </div>
    </Panel>
  );
}

function Measures({ calibration }: { readonly calibration: Calibration }) {
  const { brier, reliability, resolution, uncertainty, ece, logLoss } =
    calibration;
  return (
    <dl class="pairs measures">
      <dt>Brier score, 0 is best</dt>
      <dd>{figure(brier)}</dd>
      <dt class="measure-part">reliability: how far off, 0 is best</dt>
      <dd>{figure(reliability)}</dd>
      <dt class="measure-part">− resolution: how well told apart</dt>
      <dd>{figure(resolution)}</dd>
      <dt class="measure-part">+ uncertainty: what nobody can help</dt>
      <dd>{figure(uncertainty)}</dd>
      <dt>Expected calibration error</dt>
      <dd>{figure(ece)}</dd>
      <dt>Log loss, in nats</dt>
      <dd>{figure(logLoss)}</dd>
    </dl>
  );
}

function figure(value: number): string {
  return value.toFixed(3);
}
