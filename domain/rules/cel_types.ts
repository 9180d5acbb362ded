/** What the check knows of an expression's parts, and how callers tell what their facts are. */
import { type Kind, KIND_NAMES } from "./cel_values.ts";

/**
 * What a fact is, as far as its owner says: a kind, a list of one kind (`["number"]`), or
 * an object with these fields. `any` is not checked.
 */
export type FactType =
  | "any"
  | "boolean"
  | "number"
  | "string"
  | readonly [FactType]
  | { readonly [field: string]: FactType };

/** The known facts by name; a name that is not here is a mistake. */
export interface FactSchema {
  readonly [name: string]: FactType;
}

/** The type of a part; `any` when only the facts tell. */
export interface CelType {
  readonly kind: Kind | "any";
  /** Of a list, where known. */
  readonly element?: CelType;
  /** Of a map, where known: the fields it has. */
  readonly fields?: ReadonlyMap<string, CelType>;
}

export const ANY: CelType = { kind: "any" };

/** @param type A type as callers write it. */
export function typeOfFact(type: FactType): CelType {
  if (type === "boolean") return { kind: "bool" };
  if (typeof type === "string") return { kind: type };
  if (isList(type)) return { kind: "list", element: typeOfFact(type[0]) };
  const fields = Object.entries(type).map(([name, field]) =>
    [name, typeOfFact(field)] as const
  );
  return { kind: "map", fields: new Map(fields) };
}

function isList(type: FactType): type is readonly [FactType] {
  return Array.isArray(type);
}

/** Whether values of both types can be the same one: unknown ones may be. */
export function mayEqual(left: CelType, right: CelType): boolean {
  const kinds = [left.kind, right.kind];
  // Facts may be null whatever their schema says, and so people compare with null.
  return kinds.includes("any") || kinds.includes("null") ||
    left.kind === right.kind;
}

/** The type of either of two branches. */
export function unite(left: CelType, right: CelType): CelType {
  if (left.kind !== right.kind) return ANY;
  return left.element || left.fields ? { kind: left.kind } : left;
}

/** A type with its article, for mistakes. */
export function nameOf({ kind }: CelType): string {
  return kind === "any" ? "any value" : KIND_NAMES[kind];
}
