/** Finds the mistakes of an expression that can be seen without facts, each with its place. */
import { overloadsOf } from "./cel_functions.ts";
import { takenAt, takesCount } from "./cel_overload.ts";
import type { CelMistake } from "./cel_scan.ts";
import { operatorMistake, operatorResult } from "./cel_operators.ts";
import type { CelNode, CelTree } from "./cel_tree.ts";
import {
  ANY,
  type CelType,
  type FactSchema,
  nameOf,
  typeOfFact,
  unite,
} from "./cel_types.ts";
import { type Kind, KIND_NAMES } from "./cel_values.ts";

/** A broken expression is broken all over: a few places are enough. */
const MAX_MISTAKES = 20;

export interface Checked {
  readonly type: CelType;
  readonly mistakes: readonly CelMistake[];
}

/**
 * Infers the type of an expression and gathers its mistakes: unknown functions, kinds that
 * do not go together, and, where the known facts are given, names and fields that no fact has.
 */
export function checkCel({ root }: CelTree, facts?: FactSchema): Checked {
  const mistakes: CelMistake[] = [];
  const note = ({ from, to }: CelNode, message: string) => {
    if (mistakes.length < MAX_MISTAKES) mistakes.push({ message, from, to });
    return ANY;
  };
  const known = facts && typeOfFact(facts);
  const type = infer(root, { known, variables: new Map(), note });
  return { type, mistakes };
}

interface Context {
  readonly known?: CelType;
  readonly variables: ReadonlyMap<string, CelType>;
  /** Takes down a mistake; a part that has one may be anything, so that one does not make more. */
  readonly note: (node: CelNode, message: string) => CelType;
}

const BOOL: CelType = { kind: "bool" };
const NUMBER: CelType = { kind: "number" };

function infer(node: CelNode, context: Context): CelType {
  const { note } = context;
  const inner = (part: CelNode) => infer(part, context);
  switch (node.op) {
    case "literal":
      return literalType(node.value);
    case "name":
      return nameType(node, context);
    case "field":
      return fieldType(node, inner(node.of), context);
    case "index":
      return indexType(node, [inner(node.of), inner(node.at)], context);
    case "has":
      hasType(node.of, context);
      return BOOL;
    case "list": {
      const types = node.items.map(inner);
      if (types.length === 0) return { kind: "list" };
      return { kind: "list", element: types.reduce(unite) };
    }
    case "map":
      for (const [key, value] of node.entries) {
        inner(key);
        inner(value);
      }
      return { kind: "map" };
    case "not":
      demand(node.of, { is: inner(node.of), kind: "bool", by: "!" }, context);
      return BOOL;
    case "negate": {
      const is = inner(node.of);
      if (is.kind === "duration") return is;
      demand(node.of, { is, kind: "number", by: "-" }, context);
      return NUMBER;
    }
    case "and":
    case "or": {
      const by = node.op === "and" ? "&&" : "||";
      for (const part of node.of) {
        demand(part, { is: inner(part), kind: "bool", by }, context);
      }
      return BOOL;
    }
    case "choose": {
      const is = inner(node.when);
      demand(node.when, { is, kind: "bool", by: "?:" }, context);
      return unite(inner(node.then), inner(node.otherwise));
    }
    case "binary": {
      const types = [inner(node.left), inner(node.right)] as const;
      const mistake = operatorMistake(node.operator, types);
      if (mistake !== undefined) return note(node, mistake);
      return { kind: operatorResult(node.operator, types) };
    }
    case "call":
      return callType(node, node.args.map(inner), context);
    case "each":
      return eachType(node, inner(node.over), context);
  }
}

function literalType(value: null | boolean | number | string): CelType {
  switch (typeof value) {
    case "boolean":
      return BOOL;
    case "number":
      return NUMBER;
    case "string":
      return { kind: "string" };
    default:
      return { kind: "null" };
  }
}

type NodeOf<Op extends CelNode["op"]> = CelNode & { readonly op: Op };

function nameType(
  node: NodeOf<"name">,
  { known, variables, note }: Context,
): CelType {
  const { name } = node;
  const variable = variables.get(name);
  if (variable !== undefined || known === undefined) return variable ?? ANY;
  return known.fields?.get(name) ??
    (name === "facts" ? known : note(node, `Unknown fact: ${name}`));
}

function fieldType(
  node: NodeOf<"field">,
  of: CelType,
  { note }: Context,
): CelType {
  if (of.kind !== "any" && of.kind !== "map") {
    return note(node, `${capital(of)} has no field ${node.name}`);
  }
  if (of.fields === undefined) return ANY;
  return of.fields.get(node.name) ?? note(node, `Unknown field: ${node.name}`);
}

/** Fields may be missing, or unknown to a schema, where `has` asks for them; names may not. */
function hasType(node: CelNode, context: Context): void {
  if (node.op === "field") hasType(node.of, context);
  else infer(node, context);
}

function indexType(
  node: NodeOf<"index">,
  [of, at]: readonly [CelType, CelType],
  context: Context,
): CelType {
  if (of.kind === "list") {
    demand(node.at, { is: at, kind: "number", by: "The index" }, context);
    return of.element ?? ANY;
  }
  if (of.kind === "any" || of.kind === "map") return ANY;
  return context.note(node, `Cannot index ${nameOf(of)}`);
}

function callType(
  node: NodeOf<"call">,
  args: readonly CelType[],
  { note }: Context,
): CelType {
  const { name, method } = node;
  if (name === "matches") {
    return note(node, "Regular expressions are not available: no matches()");
  }
  const overloads = overloadsOf(name, method);
  if (overloads === undefined) {
    return note(node, unknownFunction(name, method));
  }
  const counted = overloads.filter((one) => takesCount(one, args.length));
  if (counted.length === 0) {
    const given = method ? args.length - 1 : args.length;
    return note(node, `${name}() does not take ${given} arguments`);
  }
  const fitting = counted.filter((overload) =>
    args.every(({ kind }, index) => {
      const taken = takenAt(overload, index);
      return kind === "any" || taken === "any" || taken === kind;
    })
  );
  if (fitting.length === 0) {
    const kinds = args.map(nameOf).join(" and ");
    return note(node, `${name}() does not take ${kinds}`);
  }
  const [{ gives }] = fitting;
  return fitting.every((one) => one.gives === gives) ? { kind: gives } : ANY;
}

function unknownFunction(name: string, method: boolean): string {
  if (overloadsOf(name, !method) === undefined) {
    return `Unknown function: ${name}()`;
  }
  return method
    ? `Unknown method: write ${name}(value)`
    : `Unknown function: write value.${name}()`;
}

function eachType(
  node: NodeOf<"each">,
  over: CelType,
  context: Context,
): CelType {
  const { macro, variable, body, where } = node;
  if (over.kind !== "any" && over.kind !== "list" && over.kind !== "map") {
    const message = `${macro}() takes a list or a map, got ${nameOf(over)}`;
    context.note(node.over, message);
  }
  const element = over.kind === "list" ? over.element ?? ANY : ANY;
  const variables = new Map([...context.variables, [variable, element]]);
  const inside = { ...context, variables };
  const by = `${macro}()`;
  if (where !== undefined) {
    demand(where, { is: infer(where, inside), kind: "bool", by }, context);
  }
  const is = infer(body, inside);
  if (macro === "map") return { kind: "list", element: is };
  demand(body, { is, kind: "bool", by }, context);
  return macro === "filter" ? { kind: "list", element } : BOOL;
}

function demand(
  node: CelNode,
  { is, kind, by }: {
    readonly is: CelType;
    readonly kind: Kind;
    readonly by: string;
  },
  { note }: Context,
): void {
  if (is.kind === "any" || is.kind === kind) return;
  note(node, `${by} takes ${KIND_NAMES[kind]}, got ${nameOf(is)}`);
}

function capital(type: CelType): string {
  const name = nameOf(type);
  return name[0].toUpperCase() + name.slice(1);
}
