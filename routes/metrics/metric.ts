/** Metrics under our names: `regulens_…`, counters with `_total`. */
import type { Histogram } from "../../realtime/histogram.ts";
import type { Metric } from "./exposition.ts";

export function gauge(name: string, help: string, value: number) {
  return {
    type: "gauge",
    name: `regulens_${name}`,
    help,
    samples: [{ value }],
  } as const satisfies Metric;
}

export function counter(name: string, help: string, value: number) {
  return {
    type: "counter",
    name: `regulens_${name}_total`,
    help,
    samples: [{ value }],
  } as const satisfies Metric;
}

export function histogram(
  name: string,
  help: string,
  histogram: Histogram,
): Metric {
  return { type: "histogram", name: `regulens_${name}`, help, histogram };
}
