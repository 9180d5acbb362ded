/** The figures of a node that are watched: their names, words and units, for page and charts alike. */

export type OpsUnit = "count" | "perSecond" | "ms" | "bytes";

export interface OpsFigure {
  readonly name: OpsFigureName;
  readonly label: string;
  readonly unit: OpsUnit;
}

export interface OpsChart {
  readonly id: string;
  readonly title: string;
  /** In the order of their lines; the first is drawn stronger. */
  readonly figures: readonly OpsFigureName[];
  /** A short name of each line; without them the title says it. */
  readonly keys?: readonly string[];
}

/** Once a second a value of each; null where there was nothing to measure. */
export type OpsSample =
  & { readonly at: number }
  & Readonly<Record<OpsFigureName, number | null>>;

const WORDS = {
  connections: ["Connections", "count"],
  lagging: ["Connections that lag", "count"],
  subscriptions: ["Subscriptions", "count"],
  channels: ["Channels open", "count"],
  sent: ["Messages sent", "perSecond"],
  received: ["Messages received", "perSecond"],
  deliveryP50: ["Delivery, median", "ms"],
  deliveryP99: ["Delivery, 99th percentile", "ms"],
  appendP50: ["Append, median", "ms"],
  appendP99: ["Append, 99th percentile", "ms"],
  loopLag: ["Event loop late by", "ms"],
  rss: ["Resident memory", "bytes"],
  heap: ["Heap in use", "bytes"],
  commandsWaiting: ["Commands that wait", "count"],
  commandsInFlight: ["Commands being kept", "count"],
  jobsQueued: ["Jobs queued", "count"],
  jobsRunning: ["Jobs running here", "count"],
  duesRunning: ["Deadlines under way", "count"],
  derivedPlaces: ["Derived figures under way", "count"],
} as const satisfies Record<string, readonly [string, OpsUnit]>;

export type OpsFigureName = keyof typeof WORDS;

export const OPS_FIGURES: readonly OpsFigure[] = names(WORDS).map((name) => ({
  name,
  label: WORDS[name][0],
  unit: WORDS[name][1],
}));

export const OPS_CHARTS: readonly OpsChart[] = [
  {
    id: "connections",
    title: "Connections",
    figures: ["connections", "lagging"],
    keys: ["All", "Lagging"],
  },
  {
    id: "messages",
    title: "Messages a second",
    figures: ["sent", "received"],
    keys: ["Sent", "Received"],
  },
  {
    id: "delivery",
    title: "Delivery",
    figures: ["deliveryP50", "deliveryP99"],
    keys: ["Median", "99 of 100 within"],
  },
  {
    id: "append",
    title: "Append",
    figures: ["appendP50", "appendP99"],
    keys: ["Median", "99 of 100 within"],
  },
  { id: "loop", title: "Event loop late by", figures: ["loopLag"] },
  {
    id: "memory",
    title: "Memory",
    figures: ["rss", "heap"],
    keys: ["Resident", "Heap"],
  },
  {
    id: "commands",
    title: "Commands",
    figures: ["commandsWaiting", "commandsInFlight"],
    keys: ["Waiting", "Being kept"],
  },
  {
    id: "jobs",
    title: "Jobs",
    figures: ["jobsQueued", "jobsRunning"],
    keys: ["Queued", "Running here"],
  },
];

/** The type and the key of the signal on channel `ops` that carries a sample. */
export const OPS_UPDATE = "OPS_UPDATE";
export const OPS_CHANNEL = "ops";

export function figureOf(name: OpsFigureName): OpsFigure {
  return { name, label: WORDS[name][0], unit: WORDS[name][1] };
}

/** `12,300`, `4.2 ms`, `33 MB`; a dash where nothing was measured. */
export function figureText(value: number | null, unit: OpsUnit): string {
  if (value === null) return "–";
  switch (unit) {
    case "ms":
      return `${value < 10 ? value.toFixed(1) : grouped(Math.round(value))} ms`;
    case "bytes":
      return value < 1e9
        ? `${Math.round(value / 1e6)} MB`
        : `${(value / 1e9).toFixed(2)} GB`;
    case "perSecond":
      return `${grouped(Math.round(value))} /s`;
    case "count":
      return grouped(value);
  }
}

/** The highest of what was measured; null when nothing was. */
export function highestOf(
  samples: readonly OpsSample[],
  name: OpsFigureName,
): number | null {
  return samples.reduce<number | null>((high, sample) => {
    const value = sample[name];
    return value !== null && (high === null || value > high) ? value : high;
  }, null);
}

function grouped(value: number): string {
  return value.toLocaleString("en-GB");
}

function names<Name extends string>(
  record: Readonly<Record<Name, unknown>>,
): readonly Name[] {
  const found: Name[] = [];
  for (const name in record) found.push(name);
  return found;
}
