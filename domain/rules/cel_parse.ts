/** Parses CEL by cel-js, and turns its tree into ours: guarded, flat where it can be, with exact places. */
import { type ASTNode, Environment, ParseError } from "@marcbachmann/cel-js";
import { type CelMistake, MAX_DEPTH, scanCel, tooDeep } from "./cel_scan.ts";
import {
  BINARY_OPERATORS,
  type CelNode,
  type CelTree,
  type Macro,
  MACROS,
} from "./cel_tree.ts";

/** Most nodes of one expression. */
export const MAX_NODES = 2_000;
/** Most elements of a list or map written out in an expression. */
export const MAX_LITERAL_SIZE = 1_000;

const ENVIRONMENT = new Environment({
  unlistedVariablesAreDyn: true,
  homogeneousAggregateLiterals: false,
  limits: {
    // Also counts what its macros expand to, which we leave aside.
    maxAstNodes: 4 * MAX_NODES,
    maxDepth: MAX_DEPTH,
    maxListElements: MAX_LITERAL_SIZE,
    maxMapEntries: MAX_LITERAL_SIZE,
    maxCallArguments: 32,
  },
});

export type Parsed =
  | { readonly tree: CelTree }
  | { readonly mistake: CelMistake };

/** cel-js's names of tokens, as people know them. */
const TOKENS: Readonly<Record<string, string>> = {
  EOF: "the end",
  NUMBER: "a number",
  STRING: "a string",
  BOOLEAN: "a boolean",
  IDENTIFIER: "a name",
  PLUS: "+",
  MINUS: "-",
  MULTIPLY: "*",
  DIVIDE: "/",
  MODULO: "%",
  EQ: "==",
  NE: "!=",
  LT: "<",
  LE: "<=",
  GT: ">",
  GE: ">=",
  AND: "&&",
  OR: "||",
  NOT: "!",
  IN: "in",
  LPAREN: "(",
  RPAREN: ")",
  LBRACKET: "[",
  RBRACKET: "]",
  LBRACE: "{",
  RBRACE: "}",
  DOT: ".",
  COMMA: ",",
  COLON: ":",
  QUESTION: "?",
};

/** Thrown while turning the tree, caught by `parseCel`. */
class Found {
  constructor(readonly mistake: CelMistake) {}
}

/** The tree of an expression, or the first place where it is none. Never throws. */
export function parseCel(text: string): Parsed {
  if (text.trim() === "") {
    return { mistake: { message: "Empty", from: 0, to: text.length } };
  }
  const { pairs, mistake } = scanCel(text);
  if (mistake !== undefined) return { mistake };
  try {
    const { ast } = ENVIRONMENT.parse(text);
    guard(ast);
    return { tree: { text, root: turn(ast, pairs) } };
  } catch (error) {
    if (error instanceof Found) return { mistake: error.mistake };
    if (!(error instanceof ParseError)) throw error;
    return { mistake: mistakeOf(error, text) };
  }
}

function mistakeOf(error: ParseError, text: string): CelMistake {
  const { start = 0, end = start } = error.range ?? error.node ?? {};
  const from = Math.min(start, text.length);
  const message = error.summary.replace(
    /\b[A-Z]{2,}\b/g,
    (name) => Object.hasOwn(TOKENS, name) ? TOKENS[name] : name,
  );
  return { message, from, to: Math.max(end, from) };
}

/** Chains of operators are deep to the left: bounded here, without recursion. */
function guard(root: ASTNode): void {
  let nodes = 0;
  const open: [node: ASTNode, depth: number, within?: string][] = [[root, 1]];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const [node, above, within] = next;
    // A chain of && is one node of ours however long it is.
    const chained = node.op === within &&
      (node.op === "&&" || node.op === "||");
    const depth = chained ? above : above + 1;
    if (depth > MAX_DEPTH) throw new Found(tooDeep(node.start, node.end));
    if (++nodes > MAX_NODES) {
      const message = `Too large: more than ${MAX_NODES} parts`;
      throw new Found({ message, from: node.start, to: node.end });
    }
    for (const part of partsOfAst(node)) open.push([part, depth, node.op]);
  }
}

function partsOfAst(node: ASTNode): readonly ASTNode[] {
  switch (node.op) {
    case "value":
    case "id":
      return [];
    case ".":
    case ".?":
      return [node.args[0]];
    case "!_":
    case "-_":
      return [node.args];
    case "call":
      return node.args[1];
    case "rcall":
      return [node.args[1], ...node.args[2]];
    case "map":
      return node.args.flat();
    default:
      return node.args;
  }
}

type Pairs = ReturnType<typeof scanCel>["pairs"];

function turn(node: ASTNode, pairs: Pairs): CelNode {
  const inner = (part: ASTNode) => turn(part, pairs);
  const span = { from: node.start, to: node.end };
  switch (node.op) {
    case "value":
      return { op: "literal", value: literal(node), ...span };
    case "id":
      return { op: "name", name: node.args, ...span };
    case ".": {
      const [of, name] = node.args;
      return { op: "field", of: inner(of), name, ...wide(span, pairs) };
    }
    case "[]": {
      const [of, at] = node.args;
      const ends = wide(span, pairs);
      return { op: "index", of: inner(of), at: inner(at), ...ends };
    }
    case "list":
      return { op: "list", items: node.args.map(inner), ...span };
    case "map": {
      const entries = node.args.map(([key, value]) =>
        [inner(key), inner(value)] as const
      );
      return { op: "map", entries, ...span };
    }
    case "!_":
      return { op: "not", of: inner(node.args), ...wide(span, pairs) };
    case "-_":
      return { op: "negate", of: inner(node.args), ...wide(span, pairs) };
    case "&&":
    case "||": {
      const op = node.op === "&&" ? "and" : "or";
      return { op, of: chain(node).map(inner), ...wide(span, pairs) };
    }
    case "?:": {
      const [when, then, otherwise] = node.args.map(inner);
      return { op: "choose", when, then, otherwise, ...wide(span, pairs) };
    }
    case "call":
      return turnCall(node.args[0], node.args[1].map(inner), span);
    case "rcall": {
      const [name, receiver, args] = node.args;
      const macro = MACROS.find((known) => known === name);
      const all = [inner(receiver), ...args.map(inner)];
      const ends = wide(span, pairs);
      if (macro !== undefined && isMacroCall(macro, args.length)) {
        return turnMacro(macro, all, ends);
      }
      return { op: "call", name, method: true, args: all, ...ends };
    }
    case ".?":
    case "[?]": {
      const message = "Optional access is not available: use has()";
      throw new Found({ message, ...span });
    }
    default: {
      const operator = BINARY_OPERATORS.find((known) => known === node.op);
      if (operator === undefined) {
        throw new Error(`Cannot happen: no operator ${node.op}`);
      }
      const [left, right] = node.args.map(inner);
      return { op: "binary", operator, left, right, ...wide(span, pairs) };
    }
  }
}

/** The operands of `a && b && c`, which cel-js nests to the left. */
function chain(root: ASTNode & { readonly op: "&&" | "||" }): ASTNode[] {
  const operands: ASTNode[] = [];
  let node: ASTNode = root;
  while (node.op === root.op && (node.op === "&&" || node.op === "||")) {
    operands.push(node.args[1]);
    node = node.args[0];
  }
  return [...operands, node].reverse();
}

function literal(
  node: ASTNode & { readonly op: "value" },
): null | boolean | number | string {
  const value = node.args;
  if (value instanceof Uint8Array) {
    const message = "Bytes are not available: use a string";
    throw new Found({ message, from: node.start, to: node.end });
  }
  if (typeof value !== "bigint" && typeof value !== "object") return value;
  if (value === null) return null;
  // One kind of number: 2, 2u and 2.0 are the same.
  const number = Number(value.valueOf());
  if (Number.isSafeInteger(number)) return number;
  const message = `Too large to be exact: at most ${Number.MAX_SAFE_INTEGER}`;
  throw new Found({ message, from: node.start, to: node.end });
}

function turnCall(
  name: string,
  args: readonly CelNode[],
  span: { readonly from: number; readonly to: number },
): CelNode {
  if (name !== "has") return { op: "call", name, method: false, args, ...span };
  if (args.length === 1 && (args[0].op === "field" || args[0].op === "name")) {
    return { op: "has", of: args[0], ...span };
  }
  const message = "has() takes the path of one fact: has(customer.country)";
  throw new Found({ message, ...span });
}

function isMacroCall(macro: Macro, args: number): boolean {
  return args === 2 || (macro === "map" && args === 3);
}

function turnMacro(
  macro: Macro,
  [over, variable, ...bodies]: readonly CelNode[],
  span: { readonly from: number; readonly to: number },
): CelNode {
  if (variable.op !== "name") {
    const message = `${macro}() takes a name first: items.${macro}(item, …)`;
    throw new Found({ message, from: variable.from, to: variable.to });
  }
  const [body, where] = bodies.toReversed();
  const { name } = variable;
  return { op: "each", macro, over, variable: name, where, body, ...span };
}

/**
 * cel-js leaves out the brackets around operands: the span of `(a + b) * c` would start
 * at `a`. Ours takes in every bracket whose partner is inside.
 */
function wide({ from, to }: { from: number; to: number }, pairs: Pairs) {
  let [start, end] = [from, to];
  for (const [open, close] of pairs) {
    if (open < from && close >= from && close < to) {
      start = Math.min(start, open);
    }
    if (close >= to && open >= from && open < to) {
      end = Math.max(end, close + 1);
    }
  }
  return { from: start, to: end };
}
