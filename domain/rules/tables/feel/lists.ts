/** Loops and filters: `for`, `some`, `every`, `list[…]`, each round paid from the budget. */
import { FeelRange } from "feelin";
import { CannotEvaluate } from "./cannot.ts";
import type { Compiler, Evaluate } from "./compiled.ts";
import { namesIn, type Scope } from "./scope.ts";
import { nameOf, type Node } from "./syntax.ts";
import { isContext, isList, kindOf, within } from "./values.ts";

/** One `x in list` of a loop. */
interface Iteration {
  readonly name: string;
  readonly items: (scope: Scope) => Iterable<unknown> | null;
}

interface Loop {
  readonly iterations: readonly Iteration[];
  readonly body: Evaluate;
  /** What a round costs: the body's size. */
  readonly steps: number;
}

/** `for x in list, y in 1..3 return …`; `partial` is the list so far. */
export function loopOf(node: Node, compiler: Compiler): Evaluate {
  const loop = readLoop(node, compiler);
  return (scope) => {
    const partial: unknown[] = [];
    const inner = scope.with(new Map([["partial", partial]]));
    const whole = eachRound(loop, inner, (value) => {
      partial.push(value);
      return true;
    });
    return whole ? partial : null;
  };
}

/** `some x in list satisfies …` and `every …`, unknown where that depends on an unknown. */
export function quantifierOf(node: Node, compiler: Compiler): Evaluate {
  const loop = readLoop(node, compiler);
  const deciding = node.children[0].kind === "some";
  return (scope) => {
    let answer: boolean | null = !deciding;
    const whole = eachRound(loop, scope, (value) => {
      if (value === deciding) answer = deciding;
      else if (typeof value !== "boolean") answer = null;
      return value !== deciding;
    });
    return whole ? answer : null;
  };
}

function readLoop(node: Node, compiler: Compiler): Loop {
  const heads = node.children.find(({ kind }) => kind === "InExpressions");
  const iterations: Iteration[] = [];
  let inner = compiler.binding(["partial"]);
  for (const head of heads?.children ?? []) {
    const [variable, , source] = head.children;
    const name = nameOf(variable);
    iterations.push({ name, items: itemsOf(source, inner) });
    inner = inner.binding([name]);
  }
  const last = node.children[node.children.length - 1];
  return { iterations, body: inner.expression(last), steps: sizeOf(last) };
}

function sizeOf(node: Node): number {
  return node.children.reduce((size, child) => size + sizeOf(child), 1);
}

/** Runs all combinations until `take` says enough; false if there is nothing to run over. */
function eachRound(
  { iterations, body, steps }: Loop,
  scope: Scope,
  take: (value: unknown) => boolean,
): boolean {
  let running = true;
  const run = (depth: number, around: Scope): boolean => {
    if (depth === iterations.length) {
      scope.budget.spend(steps);
      running = take(body(around));
      return true;
    }
    const { name, items } = iterations[depth];
    const values = items(around);
    if (values === null) return false;
    for (const value of values) {
      scope.budget.spend(1);
      if (!run(depth + 1, around.with(new Map([[name, value]])))) return false;
      if (!running) break;
    }
    return true;
  };
  return run(0, scope);
}

function itemsOf(
  source: Node,
  compiler: Compiler,
): (scope: Scope) => Iterable<unknown> | null {
  const [first, , last] = source.children.map((child) =>
    child.kind === ".." ? undefined : compiler.expression(child)
  );
  return (scope) => {
    const from = first?.(scope) ?? null;
    if (last !== undefined) return numbers(from, last(scope), source);
    if (from === null) return null;
    if (from instanceof FeelRange) {
      const { start, end } = from;
      const inner = numbers(start, end, source);
      return inner && filterRange(inner, from);
    }
    return isList(from) ? from : [from];
  };
}

function* filterRange(values: Iterable<unknown>, range: FeelRange) {
  for (const value of values) if (within(value, range)) yield value;
}

function numbers(
  from: unknown,
  to: unknown,
  at: Node,
): Iterable<number> | null {
  if (from === null || to === null) return null;
  if (Number.isInteger(from) && Number.isInteger(to)) {
    return counting(Number(from), Number(to));
  }
  const kinds = `${kindOf(from)} to ${kindOf(to)}`;
  throw new CannotEvaluate(
    `Cannot count from ${kinds}: whole numbers only`,
    at,
  );
}

function* counting(from: number, to: number): Generator<number> {
  const step = from <= to ? 1 : -1;
  for (let next = from; step > 0 ? next <= to : next >= to; next += step) {
    yield next;
  }
}

/** `list[2]`, `list[-1]`, `list[item > 3]`, `list[price > 3]`. */
export function filterOf(node: Node, compiler: Compiler): Evaluate {
  const target = compiler.expression(node.children[0]);
  const inner = node.children[2];
  const filter = compiler.filtering().expression(inner);
  const steps = sizeOf(inner);
  return (scope) => {
    const value = target(scope);
    if (value === null) return null;
    const list = isList(value) ? value : [value];
    const chosen: unknown[] = [];
    for (const item of list.length === 0 ? [null] : list) {
      scope.budget.spend(steps);
      const kept = filter(scope.with(itemNames(item)));
      if (typeof kept === "number") return at(list, kept);
      if (list.length === 0) return [];
      const holds = kept instanceof FeelRange ? within(item, kept) : kept;
      if (holds === true) chosen.push(item);
    }
    return chosen;
  };
}

function at(list: readonly unknown[], place: number): unknown {
  return list[place < 0 ? list.length + place : place - 1] ?? null;
}

function itemNames(item: unknown): ReadonlyMap<string, unknown> {
  const names = isContext(item) ? namesIn(item) : new Map<string, unknown>();
  if (!names.has("item")) names.set("item", item);
  return names;
}
