/** The tree of a CEL expression as we walk it: every node with its place in the text. */

export const BINARY_OPERATORS = [
  "==",
  "!=",
  "<",
  "<=",
  ">",
  ">=",
  "+",
  "-",
  "*",
  "/",
  "%",
  "in",
] as const;
export type BinaryOperator = typeof BINARY_OPERATORS[number];

export const MACROS = ["all", "exists", "exists_one", "map", "filter"] as const;
export type Macro = typeof MACROS[number];

/** Where a node stands in the text: from its first unit to behind its last. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

export type CelNode =
  & Span
  & (
    | {
      readonly op: "literal";
      readonly value: null | boolean | number | string;
    }
    | { readonly op: "name"; readonly name: string }
    | { readonly op: "field"; readonly of: CelNode; readonly name: string }
    | { readonly op: "index"; readonly of: CelNode; readonly at: CelNode }
    | { readonly op: "list"; readonly items: readonly CelNode[] }
    | {
      readonly op: "map";
      readonly entries: readonly (readonly [CelNode, CelNode])[];
    }
    | { readonly op: "not" | "negate"; readonly of: CelNode }
    | { readonly op: "and" | "or"; readonly of: readonly CelNode[] }
    | {
      readonly op: "binary";
      readonly operator: BinaryOperator;
      readonly left: CelNode;
      readonly right: CelNode;
    }
    | {
      readonly op: "choose";
      readonly when: CelNode;
      readonly then: CelNode;
      readonly otherwise: CelNode;
    }
    | { readonly op: "has"; readonly of: CelNode }
    | {
      readonly op: "call";
      readonly name: string;
      /** What stands before the dot is the first of `args`. */
      readonly method: boolean;
      readonly args: readonly CelNode[];
    }
    | {
      readonly op: "each";
      readonly macro: Macro;
      readonly over: CelNode;
      readonly variable: string;
      /** The filter of `map(x, filter, body)`. */
      readonly where?: CelNode;
      readonly body: CelNode;
    }
  );

/** A parsed expression. */
export interface CelTree {
  readonly text: string;
  readonly root: CelNode;
}

/** The nodes right below a node, in the order of the text. */
export function partsOf(node: CelNode): readonly CelNode[] {
  switch (node.op) {
    case "literal":
    case "name":
      return [];
    case "field":
    case "not":
    case "negate":
    case "has":
      return [node.of];
    case "index":
      return [node.of, node.at];
    case "list":
      return node.items;
    case "map":
      return node.entries.flat();
    case "and":
    case "or":
      return node.of;
    case "binary":
      return [node.left, node.right];
    case "choose":
      return [node.when, node.then, node.otherwise];
    case "call":
      return node.args;
    case "each":
      return node.where === undefined
        ? [node.over, node.body]
        : [node.over, node.where, node.body];
  }
}

/** How many nodes a tree has: what one pass over it costs, in steps. */
export function sizeOf(node: CelNode): number {
  let size = 1;
  for (const part of partsOf(node)) size += sizeOf(part);
  return size;
}
