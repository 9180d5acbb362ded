/** FEEL text as a tree: read by the library's parser, and checked for what nobody may write. */
import { parseExpression, parseUnaryTests } from "feelin";
import { MAX_CELL_LENGTH, type Position } from "../table.ts";
import { CannotRead } from "./cannot.ts";

/** Nodes within nodes, at most: a sum of as many terms, or half as many brackets. */
const MAX_DEPTH = 400;

/** One node: what the grammar calls it, its text, and where that stands. */
export interface Node extends Position {
  readonly kind: string;
  readonly text: string;
  readonly children: readonly Node[];
}

/** What reads a name such as `Approved/Declined` as one: facts, or anything with their names. */
export interface Names {
  readonly [name: string]: unknown;
}

type Tree = ReturnType<typeof parseExpression>;
type TreeNode = Tree["topNode"];

/** Reads an expression. @throws {CannotRead} With the place of the first mistake. */
export function readExpression(text: string, names: Names): Node {
  return read(text, (short) => parseExpression(short, names, undefined));
}

/** Reads unary tests, as a cell holds them. @throws {CannotRead} With the place of the first mistake. */
export function readUnaryTests(text: string, names: Names): Node {
  return read(text, (short) => parseUnaryTests(short, names, undefined));
}

/** @throws {CannotRead} If the text is longer than any that is read. */
export function checkLength(text: string): void {
  if (text.length <= MAX_CELL_LENGTH) return;
  throw new CannotRead(
    `Too long: at most ${MAX_CELL_LENGTH} characters, got ${text.length}`,
    { from: MAX_CELL_LENGTH, to: text.length },
  );
}

function read(text: string, parse: (text: string) => Tree): Node {
  checkLength(text);
  return nodeOf(parse(text).topNode, text, 0);
}

function nodeOf(tree: TreeNode, text: string, depth: number): Node {
  const { from, to, name: kind } = tree;
  if (tree.type.isError) throw unreadable(tree, text);
  if (depth > MAX_DEPTH) {
    throw new CannotRead("Too deep: too much within each other", { from, to });
  }
  const children: Node[] = [];
  for (let next = tree.firstChild; next !== null; next = next.nextSibling) {
    if (next.type.isError || !next.type.isSkipped) {
      children.push(nodeOf(next, text, depth + 1));
    }
  }
  return { kind, text: text.slice(from, to), from, to, children };
}

function unreadable({ from, to }: TreeNode, text: string): CannotRead {
  const rest = text.slice(from, to > from ? to : undefined).trim();
  if (rest === "") return new CannotRead("Ends too early", { from, to });
  const shown = rest.length > 20 ? `${rest.slice(0, 20)}…` : rest;
  return new CannotRead(`Cannot read this: ${shown}`, {
    from,
    to: Math.max(to, from + 1),
  });
}

/** The name a node spells, written as names are compared: `A/B` and `A / B` are one. */
export function nameOf(node: Node): string {
  return canonicalName(node.text.replaceAll("`", ""));
}

export function canonicalName(name: string): string {
  return name
    .replace(/\s+/g, " ")
    .replace(/ ?([./\-'+*]) ?/g, " $1 ")
    .trim();
}
