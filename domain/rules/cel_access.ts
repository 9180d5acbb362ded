/** How expressions reach facts: names, fields, indexes, and `has`. Only own properties count. */
import { fail, failMissing } from "./cel_fault.ts";
import type { Code, Run, Scope } from "./cel_run.ts";
import { shown } from "./cel_shown.ts";
import type { CelNode } from "./cel_tree.ts";
import { isMap, kindName, valueAt } from "./cel_values.ts";

type NodeOf<Op extends CelNode["op"]> = CelNode & { readonly op: Op };

/** All the facts, where none is called so: `facts.amount` is `amount`. */
const ALL_FACTS = "facts";

/** Code for a name: a macro's variable, a fact, or `facts`, all of them. */
export function compileName(node: NodeOf<"name">, scope: Scope): Code {
  const { name } = node;
  const slot = scope.variables.get(name)?.slot;
  const path = pathOf(node, scope);
  if (slot !== undefined) {
    return (run) => admit(run.slots[slot], run, path);
  }
  return (run) => admit(factOf(run, name), run, path);
}

export function compileField(node: NodeOf<"field">, scope: Scope): Code {
  const { name } = node;
  const of = scope.compile(node.of, inChain(node.of, scope));
  const path = pathOf(node, scope);
  return (run) => {
    const base = of(run);
    if (isMap(base)) return admit(valueAt(base, name), run, path);
    if (base === null) failNull(path(run), pathOf(node.of, scope)(run));
    const place = pathOf(node.of, scope)(run);
    return fail(`${place} is ${kindName(base)}: it has no ${name}`, path(run));
  };
}

export function compileIndex(node: NodeOf<"index">, scope: Scope): Code {
  const of = scope.compile(node.of, inChain(node.of, scope));
  const at = scope.compile(node.at, scope);
  return (run) => {
    const base = of(run);
    const key = at(run);
    const path = () => pathAt(pathOf(node.of, scope)(run), key);
    if (Array.isArray(base)) {
      if (typeof key !== "number" || !Number.isInteger(key)) {
        const got = typeof key === "number" ? key : kindName(key);
        return fail(`A list is indexed by whole numbers, got ${got}`);
      }
      return admit(base[key], run, path);
    }
    if (isMap(base)) return admit(valueAt(base, key), run, path);
    if (base === null) failNull(path(), pathOf(node.of, scope)(run));
    return fail(`Cannot index ${kindName(base)}`);
  };
}

/** Whether a fact is there. Nothing on the way to it is no error: it is not there. */
export function compileHas(node: NodeOf<"has">, scope: Scope): Code {
  const probe = compileProbe(node.of, scope);
  return (run) => probe(run) !== undefined;
}

/** Like the code for a path, but undefined where a fact is missing. */
function compileProbe(node: CelNode, scope: Scope): Code {
  if (node.op === "name") {
    const slot = scope.variables.get(node.name)?.slot;
    return slot === undefined
      ? (run) => factOf(run, node.name)
      : (run) => run.slots[slot];
  }
  if (node.op !== "field") return scope.compile(node, scope);
  const { name } = node;
  const of = compileProbe(node.of, scope);
  return (run) => {
    const base = of(run);
    if (isMap(base)) return valueAt(base, name);
    if (base === undefined || base === null) return undefined;
    const place = pathOf(node.of, scope)(run);
    return fail(`${place} is ${kindName(base)}: it has no ${name}`);
  };
}

/** The path of a node as errors name it: `facts.customer.country`, `facts.items[2]`. */
export function pathOf(node: CelNode, scope: Scope): (run: Run) => string {
  switch (node.op) {
    case "name": {
      const { name } = node;
      const variable = scope.variables.get(name);
      if (variable === undefined) {
        return (run) =>
          name === ALL_FACTS && !Object.hasOwn(run.facts, name)
            ? ALL_FACTS
            : `${ALL_FACTS}.${name}`;
      }
      const { slot, over } = variable;
      return over === undefined
        ? () => name
        : (run) => pathAt(over(run), run.places[slot]);
    }
    case "field": {
      const of = pathOf(node.of, scope);
      return (run) => `${of(run)}.${node.name}`;
    }
    case "index":
      return (run) => {
        // Asked for only when something is missing: compiled then, and not traced.
        const untraced = { ...scope, traced: false };
        const key = scope.compile(node.at, untraced)(run);
        return pathAt(pathOf(node.of, scope)(run), key);
      };
    default:
      return () => "the value";
  }
}

function pathAt(path: string, key: unknown): string {
  return `${path}[${JSON.stringify(shown(key)) ?? "?"}]`;
}

/** Of `customer.address.country` only the whole is traced. */
function inChain(of: CelNode, scope: Scope): Scope {
  const chained = of.op === "name" || of.op === "field";
  return chained && scope.traced ? { ...scope, traced: false } : scope;
}

function factOf({ facts }: Run, name: string): unknown {
  if (Object.hasOwn(facts, name)) return facts[name];
  return name === ALL_FACTS ? facts : undefined;
}

/** A fact as it is. @throws {CelFault} When it is missing, not finite, or nothing of JSON. */
function admit(
  value: unknown,
  run: Run,
  path: (run: Run) => string,
): unknown {
  switch (typeof value) {
    case "string":
    case "boolean":
    case "object":
      return value;
    case "number":
      if (Number.isFinite(value)) return value;
      return fail(`${path(run)} is not a finite number`, path(run));
    case "undefined":
      return failMissing(path(run));
    default:
      return fail(`${path(run)} is not a value of JSON`, path(run));
  }
}

function failNull(path: string, base: string): never {
  return fail(`${path} is missing: ${base} is null`, path);
}
