/** Charts with whiskers, flips and tables; meters with and without a mark. */
import { type Bar, BarChart } from "../../islands/charts/BarChart.tsx";
import { type Line, LineChart } from "../../islands/charts/LineChart.tsx";
import { Sparkline } from "../../islands/charts/Sparkline.tsx";
import { Meter } from "../../islands/components/Meter.tsx";
import { Sample, type ShowcaseProps } from "./design_sample.tsx";

const BARS: readonly Bar[] = [
  { label: "Enhanced monitoring", value: 0.71, range: [0.64, 0.78] },
  {
    label: "Approve",
    value: 0.58,
    range: [0.46, 0.69],
    flip: { at: 0.71, text: "overtakes when cost weighs 27 %" },
  },
  { label: "Decline", value: 0.34, range: [0.28, 0.41] },
];

const LINES: readonly Line[] = [
  {
    label: "Rules",
    points: [
      { x: 0.1, y: 0.08 },
      { x: 0.3, y: 0.27 },
      { x: 0.5, y: 0.55 },
      { x: 0.7, y: 0.74 },
      { x: 0.9, y: 0.88 },
    ],
  },
  {
    label: "Rules and learned weights",
    points: [
      { x: 0.1, y: 0.12 },
      { x: 0.3, y: 0.31 },
      { x: 0.5, y: 0.48 },
      { x: 0.7, y: 0.69 },
      { x: 0.9, y: 0.93 },
    ],
  },
];

export function Charts({ theme }: ShowcaseProps) {
  return (
    <>
      <Sample name="Bars: value, whisker, flip">
        <BarChart title={`Ranking, ${theme}`} bars={BARS} max={1} />
      </Sample>
      <Sample name="Lines: reliability, with the diagonal">
        <LineChart
          title={`Said against came, ${theme}`}
          x={{ label: "Risk said", domain: [0, 1] }}
          y={{ label: "Share that came", domain: [0, 1] }}
          lines={LINES}
          ideal
        />
      </Sample>
      <Sample name="Sparkline">
        <Sparkline
          label="Last round trips, ms"
          values={[12, 11, 14, 12, 38, 13, 12, 11, 12, 12]}
        />
      </Sample>
      <Sample name="Meter: with its mark, empty, full">
        <div class="form">
          <Meter
            label="Turnout"
            value={5}
            max={7}
            text="5 of 7"
            mark={{ at: 4, text: "Quorum is 4" }}
          />
          <Meter label="Backtest" value={0} max={100} text="0 %" />
          <Meter label="Import" value={100} max={100} text="done" />
        </div>
      </Sample>
    </>
  );
}
