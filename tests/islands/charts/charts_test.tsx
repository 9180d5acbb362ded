/** Charts: drawn to scale, never a style attribute, the same figures as a table. */
import {
  assert,
  assertEquals,
  assertMatch,
  assertStringIncludes,
} from "@std/assert";
import { render } from "preact-render-to-string";
import { BarChart } from "../../../islands/charts/BarChart.tsx";
import { LineChart } from "../../../islands/charts/LineChart.tsx";
import { Sparkline } from "../../../islands/charts/Sparkline.tsx";

const bars = render(
  <BarChart
    title="Ranking"
    max={1}
    bars={[
      { label: "Monitoring", value: 0.7, range: [0.6, 0.8] },
      { label: "Decline", value: 0.35, flip: { at: 0.7, text: "at 27 %" } },
    ]}
  />,
);

Deno.test("a bar is as long as its value, its whisker and flip where they are", () => {
  assertEquals(
    [...bars.matchAll(/class="value[^"]*" width="([^"]+)"/g)].map((m) => m[1]),
    ["70", "35"],
  );
  assertMatch(bars, /class="whisker" d="M60 4H80"/);
  assertMatch(bars, /class="flip-mark" d="M70 0V8"/);
});

Deno.test("a chart's figures stand in a table too", () => {
  assertStringIncludes(bars, "<summary>Show as a table</summary>");
  assertStringIncludes(bars, "0.60 – 0.80");
  assertMatch(bars, /<td\s+class="num">0.35<\/td>/);
  assertMatch(bars, /<td\s*>at 27 %<\/td>/);
});

Deno.test("nothing to rank, or only zeros, is drawn as nothing", () => {
  const html = render(
    <BarChart title="Empty" bars={[{ label: "A", value: 0 }]} />,
  );
  assertMatch(html, /class="value lead" width="0"/);
  render(<BarChart title="Empty" bars={[]} />);
});

const lines = render(
  <LineChart
    title="Reliability"
    x={{ label: "Said", domain: [0, 1] }}
    y={{ label: "Came", domain: [0, 1] }}
    lines={[
      { label: "A", points: [{ x: 0, y: 0 }, { x: 1, y: 1 }] },
      { label: "B", points: [{ x: 0.5, y: 0.25 }] },
    ]}
    ideal
  />,
);

Deno.test("a line runs through its points, the ideal from corner to corner", () => {
  assertMatch(lines, /class="ideal" d="M44,200L392,8"/);
  assertMatch(lines, /class="line s0" d="M44,200L392,8"/);
  assertMatch(lines, /class="mark" transform="translate\(218 152\)"/);
});

Deno.test("lines differ by shape and dash and are named", () => {
  assertMatch(lines, /<ul class="legend">.*A.*B/);
  const marks = [...lines.matchAll(/class="mark"[^>]* d="([^"]+)"/g)].map((m) =>
    m[1]
  );
  assertEquals(new Set(marks).size, 2);
});

Deno.test("no chart needs what the CSP forbids", () => {
  assert(!/style=/.test(bars + lines));
});

Deno.test("a sparkline says its figures, and stands without any", () => {
  const html = render(<Sparkline label="Round trips" values={[0, 10, 5]} />);
  assertStringIncludes(html, 'aria-label="Round trips: 0, 10, 5"');
  assertStringIncludes(html, 'points="0.0,22.0 50.0,2.0 100.0,12.0"');
  const empty = render(<Sparkline label="Round trips" values={[]} />);
  assertStringIncludes(empty, 'aria-label="Round trips: none"');
});
