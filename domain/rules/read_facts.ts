/** Facts as people paste them: a JSON array, JSON objects line by line, or CSV under a header. */

/** Most sets of facts of one text. */
export const MAX_FACTS = 10_000;
/** Most columns of a table, so that a broken one is not read as thousands of facts. */
const MAX_COLUMNS = 200;

export type FactsRecord = Readonly<Record<string, unknown>>;

export type FactsReading =
  | { readonly state: "read"; readonly facts: readonly FactsRecord[] }
  | {
    readonly state: "mistaken";
    readonly message: string;
    /** From 1; undefined where no single line is to blame. */
    readonly line?: number;
  };

/** Reads what was pasted. Never throws. */
export function readFacts(text: string): FactsReading {
  const trimmed = text.trim();
  if (trimmed === "") return mistaken("There are no facts");
  if (trimmed.startsWith("[")) return readArray(trimmed);
  if (trimmed.startsWith("{")) return readObjects(trimmed);
  return readTable(text);
}

function readArray(text: string): FactsReading {
  const value = parsed(text);
  if (value === undefined) return mistaken("Not JSON");
  const items: readonly unknown[] = Array.isArray(value.json) ? value.json : [];
  const wrong = items.findIndex((item) => !isRecord(item));
  if (wrong >= 0) return mistaken(`Item ${wrong + 1} is not an object`);
  return bounded(items.filter(isRecord));
}

/** One object over several lines, or one on each. */
function readObjects(text: string): FactsReading {
  const whole = parsed(text);
  if (whole !== undefined && isRecord(whole.json)) return bounded([whole.json]);
  const facts: FactsRecord[] = [];
  for (const [index, line] of text.split(/\r?\n/).entries()) {
    if (line.trim() === "") continue;
    const value = parsed(line)?.json;
    if (!isRecord(value)) return mistaken("Not a JSON object", index + 1);
    facts.push(value);
  }
  return bounded(facts);
}

/** RFC 4180, separated by commas, semicolons or tabs; a dot in a heading makes a field of a field. */
function readTable(text: string): FactsReading {
  const [heading = "", ...others] = text.replace(/^\uFEFF/, "").split("\n");
  const separator = [",", ";", "\t"].reduce((best, one) =>
    heading.split(one).length > heading.split(best).length ? one : best
  );
  const read = recordsOf([heading, ...others].join("\n"), separator);
  if (read.state === "mistaken") return read;
  const [head, ...rows] = read.records;
  const names = head?.cells.map((name) => name.trim()) ?? [];
  if (names.some((name) => name === "")) {
    return mistaken("A column has no name", 1);
  }
  if (names.length > MAX_COLUMNS) {
    return mistaken(`At most ${MAX_COLUMNS} columns`, 1);
  }
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) return mistaken(`Two columns named ${twice}`, 1);
  if (rows.length === 0) {
    return mistaken("Neither JSON nor rows under a header");
  }
  const facts: FactsRecord[] = [];
  for (const { cells, line } of rows) {
    if (cells.length !== names.length) {
      const message = `${cells.length} cells under ${names.length} columns`;
      return mistaken(message, line);
    }
    facts.push(factsOf(names, cells));
  }
  return bounded(facts);
}

interface Row {
  readonly cells: readonly string[];
  readonly line: number;
}

function recordsOf(
  text: string,
  separator: string,
):
  | { readonly state: "read"; readonly records: readonly Row[] }
  | Extract<FactsReading, { state: "mistaken" }> {
  const records: Row[] = [];
  let [cells, cell, line, startedAt]: [string[], string, number, number] = [
    [],
    "",
    1,
    1,
  ];
  let quoted: "no" | "open" | "closed" = "no";
  const endCell = () => {
    cells.push(cell);
    cell = "";
    quoted = "no";
  };
  const endRow = () => {
    endCell();
    // An empty line between rows is no row.
    if (cells.length > 1 || cells[0].trim() !== "") {
      records.push({ cells, line: startedAt });
    }
    cells = [];
  };
  for (let at = 0; at < text.length; at++) {
    const unit = text[at];
    if (unit === "\n") line++;
    if (quoted === "open") {
      if (unit !== '"') cell += unit;
      else if (text[at + 1] === '"') cell += text[++at];
      else quoted = "closed";
    } else if (unit === '"' && cell === "" && quoted === "no") quoted = "open";
    else if (unit === separator) endCell();
    else if (unit === "\n") {
      endRow();
      startedAt = line;
    } else if (unit !== "\r") cell += unit;
  }
  if (quoted === "open") {
    return {
      state: "mistaken",
      message: "A quote is never closed",
      line: startedAt,
    };
  }
  if (cell !== "" || cells.length > 0 || quoted === "closed") endRow();
  return { state: "read", records };
}

function factsOf(
  names: readonly string[],
  cells: readonly string[],
): FactsRecord {
  const facts = new Map<string, unknown>();
  for (const [index, name] of names.entries()) {
    put(facts, name.split("."), valueOf(cells[index]));
  }
  return plain(facts);
}

function put(
  into: Map<string, unknown>,
  [first, ...rest]: readonly string[],
  value: unknown,
): void {
  if (rest.length === 0) {
    into.set(first, value);
    return;
  }
  const known = into.get(first);
  const below = known instanceof Map ? known : new Map<string, unknown>();
  into.set(first, below);
  put(below, rest, value);
}

/** Built by entries: a column named `__proto__` is a fact like any other. */
function plain(map: ReadonlyMap<string, unknown>): FactsRecord {
  return Object.fromEntries(
    [...map].map((
      [key, value],
    ) => [key, value instanceof Map ? plain(value) : value]),
  );
}

/** `007` and `+1` stay text: they are codes, and a code is no number. */
function valueOf(cell: string): unknown {
  const text = cell.trim();
  if (text === "" || text === "null") return null;
  if (text === "true" || text === "false") return text === "true";
  if (/^-?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?$/.test(text)) {
    const value = Number(text);
    if (
      Number.isFinite(value) &&
      (!Number.isInteger(value) || Number.isSafeInteger(value))
    ) {
      return value;
    }
  }
  return cell;
}

function bounded(facts: readonly FactsRecord[]): FactsReading {
  if (facts.length === 0) return mistaken("There are no facts");
  if (facts.length > MAX_FACTS) {
    return mistaken(`At most ${MAX_FACTS} sets of facts, got ${facts.length}`);
  }
  return { state: "read", facts };
}

function mistaken(message: string, line?: number): FactsReading {
  return { state: "mistaken", message, line };
}

function parsed(text: string): { readonly json: unknown } | undefined {
  try {
    return { json: JSON.parse(text) };
  } catch {
    return undefined;
  }
}

function isRecord(value: unknown): value is FactsRecord {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
