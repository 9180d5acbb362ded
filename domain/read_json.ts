/** Reading stored JSON defensively: what is not there or of another type reads as null. */
import type { Json } from "./decider.ts";

export function textOf(value: Json | undefined): string | null {
  return typeof value === "string" ? value : null;
}

/** Finite by nature: JSON has no other numbers. */
export function numberOf(value: Json | undefined): number | null {
  return typeof value === "number" ? value : null;
}

/** An empty list where there is none. */
export function listOf(value: Json | undefined): readonly Json[] {
  return isList(value) ? value : [];
}

/** The texts of a list; what is none is left out. */
export function textsOf(value: Json | undefined): readonly string[] {
  return listOf(value).filter((one) => typeof one === "string");
}

export function recordOf(
  value: Json | undefined,
): { readonly [key: string]: Json } | null {
  if (typeof value !== "object" || value === null || isList(value)) return null;
  return value;
}

function isList(value: Json | undefined): value is readonly Json[] {
  return Array.isArray(value);
}
