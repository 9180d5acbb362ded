/** A trace made ready to be shown: parts nested over the source, and the same as rows under each other. */
import type { TraceNode } from "../domain/rules/cel_trace.ts";

/** How a part came out: true, false, another value, none, or differently for different elements. */
export type Tone = "yes" | "no" | "value" | "bad" | "mixed";

/** A stretch of the source that was evaluated, once or for each element of a list. */
export interface Part {
  readonly from: number;
  readonly to: number;
  readonly tone: Tone;
  /** What it came to, in words. */
  readonly words: string;
  readonly parts: readonly Part[];
}

export interface TraceRow {
  readonly depth: number;
  readonly text: string;
  /** For which element; null outside macros. */
  readonly item: string | null;
  readonly tone: Tone;
  readonly words: string;
}

/** Elements told one by one; the others are counted. */
const MAX_ITEMS = 5;

/** The parts of a trace by their place: evaluations of the same stretch are one part. */
export function partOf(nodes: readonly TraceNode[]): Part {
  const [{ from, to }] = nodes;
  const tones = new Set(nodes.map(toneOf));
  const [tone] = tones;
  const below = Map.groupBy(
    nodes.flatMap(({ children }) => children),
    (child) => `${child.from} ${child.to}`,
  );
  return {
    from,
    to,
    tone: tones.size === 1 ? tone : "mixed",
    words: wordsOf(nodes),
    parts: [...below.values()].map(partOf).sort((a, b) => a.from - b.from),
  };
}

/** Every part in the order of the source, outer ones first. */
export function flat(part: Part): readonly Part[] {
  return [part, ...part.parts.flatMap(flat)];
}

export function rowsOf(node: TraceNode, depth = 0): readonly TraceRow[] {
  const row = {
    depth,
    text: node.text,
    item: node.item === undefined ? null : shown(node.item),
    tone: toneOf(node),
    words: valueOf(node),
  };
  const rows = node.children.flatMap((child) => rowsOf(child, depth + 1));
  if (!node.truncated) return [row, ...rows];
  const more = { ...row, depth: depth + 1, text: "…", tone: "value" } as const;
  return [row, ...rows, { ...more, words: "more parts, not recorded" }];
}

function toneOf({ error, value }: TraceNode): Tone {
  if (error !== undefined) return "bad";
  if (value === true) return "yes";
  return value === false ? "no" : "value";
}

function wordsOf(nodes: readonly TraceNode[]): string {
  if (nodes.length === 1) return valueOf(nodes[0]);
  const told = nodes.slice(0, MAX_ITEMS).map((node) =>
    node.item === undefined
      ? valueOf(node)
      : `${shown(node.item)}: ${valueOf(node)}`
  );
  const more = nodes.length - told.length;
  return told.join(", ") + (more > 0 ? `, and ${more} more` : "");
}

function valueOf({ error, value }: TraceNode): string {
  return error ?? shown(value);
}

function shown(value: unknown): string {
  return JSON.stringify(value) ?? "nothing";
}
