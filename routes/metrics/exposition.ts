/** Figures in the text that Prometheus reads (exposition format 0.0.4). */
import type { Histogram } from "../../realtime/histogram.ts";

export interface Sample {
  readonly labels?: Readonly<Record<string, string>>;
  readonly value: number;
}

export type Metric =
  | {
    readonly type: "counter" | "gauge";
    /** Counters end in `_total`; units are seconds and bytes. */
    readonly name: string;
    readonly help: string;
    readonly samples: readonly Sample[];
  }
  | {
    readonly type: "histogram";
    readonly name: string;
    readonly help: string;
    /** In ms; told in seconds. */
    readonly histogram: Pick<Histogram, "cumulative" | "count" | "sum">;
  };

export const EXPOSITION_TYPE = "text/plain; version=0.0.4; charset=utf-8";

/** Every metric under its help and type; a metric without a sample says only those. */
export function exposition(metrics: readonly Metric[]): string {
  return metrics.map((metric) => {
    const head = `# HELP ${metric.name} ${escapedHelp(metric.help)}\n` +
      `# TYPE ${metric.name} ${metric.type}\n`;
    return head + linesOf(metric).map((line) => `${line}\n`).join("");
  }).join("");
}

function linesOf(metric: Metric): readonly string[] {
  const { name } = metric;
  if (metric.type !== "histogram") {
    return metric.samples.map(({ labels, value }) => line(name, value, labels));
  }
  const { histogram } = metric;
  const buckets = histogram.cumulative().map(({ uptoMs, count }) =>
    line(`${name}_bucket`, count, { le: numeral(uptoMs / 1000) })
  );
  return [
    ...buckets,
    line(`${name}_bucket`, histogram.count, { le: "+Inf" }),
    line(`${name}_sum`, histogram.sum / 1000),
    line(`${name}_count`, histogram.count),
  ];
}

function line(
  name: string,
  value: number,
  labels: Readonly<Record<string, string>> = {},
): string {
  const pairs = Object.entries(labels)
    .map(([label, text]) => `${label}="${escapedLabel(text)}"`);
  const place = pairs.length === 0 ? name : `${name}{${pairs.join()}}`;
  return `${place} ${numeral(value)}`;
}

/** Go's way of writing what JSON has no word for. */
function numeral(value: number): string {
  if (Number.isNaN(value)) return "NaN";
  if (Number.isFinite(value)) return String(value);
  return value > 0 ? "+Inf" : "-Inf";
}

function escapedHelp(text: string): string {
  return text.replaceAll("\\", "\\\\").replaceAll("\n", "\\n");
}

function escapedLabel(text: string): string {
  return escapedHelp(text).replaceAll('"', '\\"');
}
