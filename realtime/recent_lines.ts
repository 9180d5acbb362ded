/** The last log lines that somebody should look at, kept in memory for those who run the server. */

/** How many are kept; older ones are in the log's own place. */
const KEPT = 200;
/** A stack may be long; the whole of it is in the log. */
const MAX_DETAIL = 4_000;

export interface RecentLine {
  /** Rises by one with every line. */
  readonly number: number;
  /** ms since 1970. */
  readonly at: number;
  readonly level: "WARN" | "ERROR";
  /** Without the program's own name: `http`, `socket`. */
  readonly category: string;
  readonly message: string;
  /** What stands beside the message, as JSON, secrets removed; empty when nothing does. */
  readonly detail: string;
}

export class RecentLines {
  readonly #lines: RecentLine[] = [];
  #count = 0;

  add(line: Omit<RecentLine, "number">): void {
    const detail = line.detail.length > MAX_DETAIL
      ? `${line.detail.slice(0, MAX_DETAIL)}…`
      : line.detail;
    this.#lines.push({ ...line, detail, number: ++this.#count });
    if (this.#lines.length > KEPT) this.#lines.shift();
  }

  /** Newest first. @param category @default all */
  newest(category?: string): readonly RecentLine[] {
    return this.#lines
      .filter((line) => category === undefined || line.category === category)
      .toReversed();
  }

  /** Of the lines kept, each once, by name. */
  categories(): readonly string[] {
    return [...new Set(this.#lines.map(({ category }) => category))].sort();
  }

  /** Since the start, kept or not. */
  get count(): number {
    return this.#count;
  }
}
