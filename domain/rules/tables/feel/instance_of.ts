/** `value instance of list<number>`: the kinds a value may be asked to be. */
import { CannotRead } from "./cannot.ts";
import type { Compiler, Evaluate } from "./compiled.ts";
import type { Node } from "./syntax.ts";
import { isList, kindOf } from "./values.ts";

const KINDS: readonly string[] = [
  "boolean",
  "number",
  "string",
  "date",
  "time",
  "date and time",
  "days and time duration",
  "years and months duration",
  "list",
  "context",
  "range",
  "function",
];

export function instanceOf(node: Node, compiler: Compiler): Evaluate {
  const value = compiler.expression(node.children[0]);
  const is = typeTest(node.children[node.children.length - 1]);
  return (scope) => is(value(scope));
}

function typeTest(node: Node): (value: unknown) => boolean {
  const type = node.text.replace(/\s+/g, " ").replace(/ ?([<>]) ?/g, "$1");
  const items = type.match(/^list<([a-zA-Z ]+)>$/)?.[1];
  if (items !== undefined) {
    const isItem = kindTest(items, node);
    return (value) => isList(value) && value.every(isItem);
  }
  return kindTest(type, node);
}

function kindTest(type: string, node: Node): (value: unknown) => boolean {
  if (type === "Any") return (value) => value !== null;
  if (KINDS.includes(type)) return (value) => kindOf(value) === type;
  throw new CannotRead(`Unknown type: ${type}`, node);
}
