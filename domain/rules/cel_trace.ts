/** The trace of an evaluation: which parts of an expression were looked at, and what they came to. */
import { CelFault } from "./cel_fault.ts";
import type { Span } from "./cel_tree.ts";
import { MAX_SHOWN_CHARACTERS, shown } from "./cel_shown.ts";

/** Most parts of one trace: long lists are shown by their beginning. */
export const MAX_TRACE_NODES = 300;

/** A part that was evaluated; what was passed over, behind `false &&` say, is not there. */
export interface TraceNode {
  /** Its source, at most 200 characters of it. */
  readonly text: string;
  /** Its span in the expression: from its first UTF-16 unit to behind its last. */
  readonly from: number;
  readonly to: number;
  /** Large values are cut: 20 elements, 200 characters, 3 levels, 60 parts. Absent with `error`. */
  readonly value?: unknown;
  /** Why it has no value. */
  readonly error?: string;
  /** In a macro: for which element, by index or key. */
  readonly item?: unknown;
  readonly children: readonly TraceNode[];
  /** There would be more parts below. */
  readonly truncated?: true;
}

interface Open {
  text: string;
  from: number;
  to: number;
  value?: unknown;
  error?: string;
  item?: unknown;
  children: Open[];
  truncated?: true;
}

/** Records the parts of one evaluation as they begin and end. */
export class Tracer {
  readonly #text: string;
  readonly #root: Open;
  #open: Open;
  #left: number;
  readonly #shown = new Map<object, unknown>();

  /** @param maxNodes Parts recorded at most. */
  constructor(text: string, maxNodes = MAX_TRACE_NODES) {
    this.#text = text;
    this.#left = maxNodes;
    this.#root = { text, from: 0, to: text.length, children: [] };
    this.#open = this.#root;
  }

  /** The whole expression; undefined when nothing was evaluated. */
  get root(): TraceNode | undefined {
    return this.#root.children.at(0);
  }

  /** How many parts may still be recorded. */
  get left(): number {
    return this.#left;
  }

  /** Runs a part as a child of the part that is open, and passes on what it gives or throws. */
  record(span: Span, { run, item }: {
    readonly run: () => unknown;
    readonly item?: unknown;
  }): unknown {
    const parent = this.#open;
    this.#left--;
    const { from, to } = span;
    const text = this.#text.slice(
      from,
      Math.min(to, from + MAX_SHOWN_CHARACTERS),
    ).toWellFormed();
    const node: Open = { text, from, to, children: [] };
    if (item !== undefined) node.item = item;
    parent.children.push(node);
    this.#open = node;
    try {
      const value = run();
      node.value = this.#show(value);
      return value;
    } catch (fault) {
      if (fault instanceof CelFault) node.error = fault.message;
      throw fault;
    } finally {
      this.#open = parent;
    }
  }

  /** Reports whether there is no room for a part, and if so says so where it is missing. */
  skips(): boolean {
    if (this.#left > 0) return false;
    this.#open.truncated = true;
    return true;
  }

  /** A fact that many parts look at is made ready to be shown once. */
  #show(value: unknown): unknown {
    if (typeof value !== "object" || value === null) return shown(value);
    const known = this.#shown.get(value);
    if (known !== undefined) return known;
    const made = shown(value);
    this.#shown.set(value, made);
    return made;
  }
}
