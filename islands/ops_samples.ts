/** Samples as they come from the server: rows of the API, and one in a signal. */
import { isRecord } from "../realtime/client/wire.ts";
import { OPS_FIGURES, type OpsSample } from "./ops_figures.ts";

/** One sample with every figure it has; undefined when it says no time. */
export function sampleOf(value: unknown): OpsSample | undefined {
  if (!isRecord(value) || typeof value.at !== "number") return undefined;
  const of = (name: string) => {
    const figure = value[name];
    return typeof figure === "number" ? figure : null;
  };
  return {
    at: value.at,
    connections: of("connections"),
    lagging: of("lagging"),
    subscriptions: of("subscriptions"),
    channels: of("channels"),
    sent: of("sent"),
    received: of("received"),
    deliveryP50: of("deliveryP50"),
    deliveryP99: of("deliveryP99"),
    appendP50: of("appendP50"),
    appendP99: of("appendP99"),
    loopLag: of("loopLag"),
    rss: of("rss"),
    heap: of("heap"),
    commandsWaiting: of("commandsWaiting"),
    commandsInFlight: of("commandsInFlight"),
    jobsQueued: of("jobsQueued"),
    jobsRunning: of("jobsRunning"),
    duesRunning: of("duesRunning"),
    derivedPlaces: of("derivedPlaces"),
  };
}

/** The answer of `GET /api/v1/operations/figures`; empty when it is none. */
export function samplesOf(answer: unknown): readonly OpsSample[] {
  if (!isRecord(answer)) return [];
  const { names, samples } = answer;
  if (!Array.isArray(names) || !Array.isArray(samples)) return [];
  const known = new Set<string>(OPS_FIGURES.map(({ name }) => name));
  return samples.flatMap((row) => {
    if (!Array.isArray(row)) return [];
    const [at, ...values] = row;
    const record: Record<string, unknown> = { at };
    names.forEach((name, place) => {
      if (known.has(name)) record[name] = values[place];
    });
    return sampleOf(record) ?? [];
  });
}
