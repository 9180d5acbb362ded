/** Facts that a rule can be tried with: every name it asks for, with a value of the kind it compares with. */
import { parseCel } from "../cel_parse.ts";
import { type CelNode, partsOf } from "../cel_tree.ts";
import type { Rule } from "../rule.ts";

type Example = string | number | boolean | null | readonly Example[] | {
  readonly [key: string]: Example;
};

/** Paths by their text, so that a name asked for twice is one fact. */
interface Wanted {
  readonly path: readonly string[];
  value: Example | undefined;
}

/** Methods that only strings have. */
const OF_STRINGS = new Set([
  "contains",
  "startsWith",
  "endsWith",
  "indexOf",
  "lowerAscii",
  "upperAscii",
  "trim",
  "split",
]);

const OF_NUMBERS = new Set([
  "abs",
  "floor",
  "ceil",
  "round",
  "min",
  "max",
  "sum",
  "int",
  "double",
]);

/** An object with the facts that `when`, `score` and `message` ask for; empty when none can be read. */
export function exampleFacts(
  { when, score, message = "" }: Pick<Rule, "when" | "score" | "message">,
): { readonly [key: string]: Example } {
  const wanted = new Map<string, Wanted>();
  const texts = [
    when,
    ...typeof score === "string" ? [score] : [],
    ...[...message.matchAll(/\{\{(.*?)\}\}/gs)].map(([, text]) => text),
  ];
  for (const text of texts) {
    const parsed = parseCel(text);
    if ("tree" in parsed) look(parsed.tree.root, { wanted, bound: new Set() });
  }
  const made = new Map<string, Branch>();
  for (const { path, value } of wanted.values()) place(made, path, value);
  return plain(made);
}

interface Looking {
  readonly wanted: Map<string, Wanted>;
  /** Variables of the macros around: no facts. */
  readonly bound: ReadonlySet<string>;
}

function look(node: CelNode, looking: Looking): void {
  const want = (part: CelNode, value?: Example) =>
    note(pathOf(part, looking), value, looking);
  if (node.op === "name" || node.op === "field") {
    if (!want(node)) partsOf(node).forEach((part) => look(part, looking));
    return;
  }
  if (node.op === "binary") {
    const { operator, left, right } = node;
    if (operator === "in" && right.op === "list") {
      want(left, literalIn(right.items[0]));
    } else if (operator === "in") {
      want(right, [literalIn(left) ?? "text"]);
    } else if (left.op === "literal") want(right, left.value);
    else if (right.op === "literal") want(left, right.value);
    else if ("+-*/%<=>=".includes(operator)) {
      want(left, 1);
      want(right, 1);
    }
  }
  if (node.op === "call" && node.method && OF_STRINGS.has(node.name)) {
    want(node.args[0], literalIn(node.args[1]) ?? "text");
  }
  if (node.op === "call" && node.name === "timestamp") {
    want(node.args[0], "2026-01-31T08:00:00Z");
  }
  if (node.op === "call" && node.name === "size") want(node.args[0], ["text"]);
  if (node.op === "call" && OF_NUMBERS.has(node.name)) {
    node.args.forEach((part) => want(part, 1));
  }
  if (node.op === "not") want(node.of, false);
  if (node.op === "and" || node.op === "or") {
    node.of.forEach((part) => want(part, true));
  }
  if (node.op === "each") {
    want(node.over, [elementOf(node)]);
    look(node.over, looking);
    const bound = new Set([...looking.bound, node.variable]);
    if (node.where) look(node.where, { ...looking, bound });
    look(node.body, { ...looking, bound });
    return;
  }
  partsOf(node).forEach((part) => look(part, looking));
}

/** What a macro's variable is asked for, as the one element of its list. */
function elementOf(node: CelNode & { op: "each" }): Example {
  const wanted = new Map<string, Wanted>();
  const inner = { wanted, bound: new Set<string>() };
  for (const part of [node.where, node.body]) if (part) look(part, inner);
  const own = [...wanted.values()].filter(({ path }) =>
    path[0] === node.variable
  );
  const fields = own.filter(({ path }) => path.length > 1);
  if (fields.length === 0) return own[0]?.value ?? "text";
  const made = new Map<string, Branch>();
  for (const { path, value } of fields) place(made, path.slice(1), value);
  return plain(made);
}

/** The path a node reaches by names alone; undefined for anything else. */
function pathOf(
  node: CelNode,
  { bound }: Looking,
): readonly string[] | undefined {
  if (node.op === "name") {
    return bound.has(node.name) || node.name === "facts"
      ? undefined
      : [node.name];
  }
  if (node.op === "field") {
    const isFacts = node.of.op === "name" && node.of.name === "facts";
    const above = isFacts ? [] : pathOf(node.of, { bound, wanted: new Map() });
    return above && [...above, node.name];
  }
  return undefined;
}

function note(
  path: readonly string[] | undefined,
  value: Example | undefined,
  { wanted }: Looking,
): boolean {
  if (path === undefined) return false;
  const key = JSON.stringify(path);
  const known = wanted.get(key);
  if (known === undefined) wanted.set(key, { path, value });
  // The first kind it is compared with counts, but nothing says more than no kind.
  else known.value ??= value;
  return true;
}

function literalIn(node: CelNode | undefined): Example | undefined {
  return node?.op === "literal" ? node.value : undefined;
}

type Branch = Example | undefined | Map<string, Branch>;

function place(
  into: Map<string, Branch>,
  [first, ...rest]: readonly string[],
  value: Example | undefined,
): void {
  const known = into.get(first);
  if (rest.length === 0) {
    // `customer` beside `customer.country`: the fields say more.
    if (!(known instanceof Map)) into.set(first, value ?? known);
    return;
  }
  const below = known instanceof Map ? known : new Map<string, Branch>();
  into.set(first, below);
  place(below, rest, value);
}

function plain(made: ReadonlyMap<string, Branch>): { [key: string]: Example } {
  return Object.fromEntries(
    [...made].map(([key, value]) => [
      key,
      value instanceof Map ? plain(value) : value ?? "text",
    ]),
  );
}
