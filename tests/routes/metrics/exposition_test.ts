import { assertEquals, assertMatch } from "@std/assert";
import { Histogram } from "../../../realtime/histogram.ts";
import { exposition } from "../../../routes/metrics/exposition.ts";

/** One line of the format: a comment, or a sample with quoted labels and a number. */
const LINE =
  /^(# HELP [a-zA-Z_:][\w:]* .*|# TYPE [a-zA-Z_:][\w:]* (counter|gauge|histogram)|[a-zA-Z_:][\w:]*(\{([a-zA-Z_]\w*="([^"\\\n]|\\[\\"n])*",?)*\})? (NaN|[+-]Inf|-?\d+(\.\d+)?(e[+-]?\d+)?))$/;

Deno.test("[M1] labels and help are escaped so that every line can be read", () => {
  const text = exposition([{
    type: "gauge",
    name: "a_gauge",
    help: "two\nlines \\ here",
    samples: [
      { labels: { a: 'say "hi"\n', b: "\\" }, value: 1.5 },
      { value: Infinity },
      { value: NaN },
      { value: 1e-9 },
    ],
  }]);
  const lines = text.trimEnd().split("\n");
  for (const line of lines) assertMatch(line, LINE);
  assertEquals(lines, [
    "# HELP a_gauge two\\nlines \\\\ here",
    "# TYPE a_gauge gauge",
    'a_gauge{a="say \\"hi\\"\\n",b="\\\\"} 1.5',
    "a_gauge +Inf",
    "a_gauge NaN",
    "a_gauge 1e-9",
  ]);
});

Deno.test("[M2] a histogram's buckets rise to its count, in seconds", () => {
  const histogram = new Histogram();
  histogram.record(0.005);
  histogram.record(3, 2);
  histogram.record(1e12);
  const text = exposition([{
    type: "histogram",
    name: "h_seconds",
    help: "h",
    histogram,
  }]);
  const lines = text.trimEnd().split("\n");
  for (const line of lines) assertMatch(line, LINE);
  const buckets = lines.filter((line) => line.startsWith("h_seconds_bucket"))
    .map((line) => line.match(/le="([^"]+)"\} (\d+)/)?.slice(1) ?? []);
  const counts = buckets.map(([, count]) => Number(count));
  assertEquals(counts, counts.toSorted((a, b) => a - b));
  assertEquals(buckets.at(-1), ["+Inf", "4"]);
  // What is at most 2.56 ms is one value, at most 5.12 ms three.
  assertEquals(counts[buckets.findIndex(([le]) => le === "0.00256")], 1);
  assertEquals(counts[buckets.findIndex(([le]) => le === "0.00512")], 3);
  assertEquals(lines.at(-1), "h_seconds_count 4");
  assertMatch(lines.at(-2) ?? "", /^h_seconds_sum 1000000000\.006/);
});
