/** Calls: `string length(name)`, `date("2024-02-29")`, `sort(list, function(a, b) a < b)`. */
import { Budget } from "./budget.ts";
import { CannotEvaluate, CannotRead } from "./cannot.ts";
import type { Compiler, Evaluate } from "./compiled.ts";
import {
  type Builtin,
  builtin,
  REFUSED_FUNCTIONS,
  temporal,
} from "./functions.ts";
import { nameOf, type Node } from "./syntax.ts";
import { isList, order } from "./values.ts";

/** Compiles a call. @throws {CannotRead} If the function is unknown, refused, or called wrongly. */
export function callOf(node: Node, compiler: Compiler): Evaluate {
  const [target, ...rest] = node.children;
  const name = nameOf(target);
  const parameters = rest.find(({ kind }) => kind.endsWith("Parameters"));
  if (name === "sort") return sortOf(node, parameters, compiler);
  const known = builtin(name);
  if (known === undefined) {
    const reason = REFUSED_FUNCTIONS.get(name);
    throw new CannotRead(
      reason === undefined
        ? `Unknown function: ${name}`
        : `Cannot call ${name}: ${reason}`,
      target,
    );
  }
  const args = argumentsOf(parameters, known, compiler);
  return (scope) => {
    scope.budget.spend(1);
    return known.call(args.map((arg) => arg(scope)), scope.budget);
  };
}

function argumentsOf(
  parameters: Node | undefined,
  { parameters: names }: Builtin,
  compiler: Compiler,
): readonly Evaluate[] {
  if (parameters?.kind !== "NamedParameters") {
    const args = parameters?.children ?? [];
    const most = names.some((name) => name.startsWith("..."))
      ? Infinity
      : names.length;
    if (args.length > most) {
      throw new CannotRead(
        `Too many arguments: at most ${most}`,
        args[most],
      );
    }
    return args.map((arg) => compiler.expression(arg));
  }
  const plain = names.map((name) => name.replace("...", ""));
  const given = new Map(parameters.children.map((parameter) => {
    const [label, value] = parameter.children;
    const name = nameOf(label);
    if (!plain.includes(name)) {
      throw new CannotRead(`Unknown argument: ${name}`, label);
    }
    return [name, compiler.expression(value)];
  }));
  const last = plain.findLastIndex((name) => given.has(name));
  return plain.slice(0, last + 1).map((name) =>
    given.get(name) ?? (() => undefined)
  );
}

/** `date("2024-02-30")` is a mistake of the text, so it is found when the text is read. */
export function dateTimeOf(node: Node, compiler: Compiler): Evaluate {
  const [first] = node.children;
  if (first.kind === "AtLiteral") {
    const text = stringOf(first.children[0]);
    return constant(temporal(text), node);
  }
  const call = callOf(node, compiler);
  const literals = node.children[2]?.children ?? [];
  const whole = literals.length > 0 &&
    literals.every(({ kind }) =>
      kind === "StringLiteral" || kind === "NumericLiteral"
    );
  if (!whole) return call;
  const known = builtin(nameOf(first));
  const values = literals.map((literal) =>
    literal.kind === "StringLiteral" ? stringOf(literal) : numberOf(literal)
  );
  return constant(known?.call(values, new Budget()), node);
}

function constant(value: unknown, node: Node): Evaluate {
  if (value === null || value === undefined) {
    throw new CannotRead(`There is no such value: ${node.text}`, node);
  }
  return () => value;
}

export function numberOf(node: Node): number {
  const value = Number(node.text.replace(/\s/g, ""));
  if (Number.isFinite(value)) return value;
  throw new CannotRead("Not a number", node);
}

/** The text of a literal, its escapes undone. */
export function stringOf(node: Node): string {
  return node.text.slice(1, -1).replace(
    /\\(?:u\{?([0-9a-fA-F]{4,6})\}?|(.))/gs,
    (whole, code: string | undefined, sign: string | undefined) => {
      if (code !== undefined) {
        const point = parseInt(code, 16);
        if (point <= 0x10ffff) return String.fromCodePoint(point);
        throw new CannotRead(`There is no such character: ${whole}`, node);
      }
      return ESCAPES[sign ?? ""] ?? whole;
    },
  );
}

const ESCAPES: Readonly<Record<string, string>> = {
  n: "\n",
  r: "\r",
  t: "\t",
  '"': '"',
  "'": "'",
  "\\": "\\",
};

/** The one place where a function may be written: it has no name, so it cannot call itself. */
function sortOf(
  node: Node,
  parameters: Node | undefined,
  compiler: Compiler,
): Evaluate {
  const [first, second] = parameters?.children ?? [];
  if (first === undefined || parameters?.kind === "NamedParameters") {
    throw new CannotRead("Needs a list and how to compare", node);
  }
  const list = compiler.expression(first);
  if (second === undefined) {
    return (scope) => sorted(list(scope), node, ordered, scope.budget);
  }
  const [a, b] = namesOf(second);
  const body = compiler.binding([a, b])
    .expression(second.children[second.children.length - 1].children[0]);
  return (scope) =>
    sorted(list(scope), node, (left, right) => {
      const before = (x: unknown, y: unknown) =>
        body(scope.with(new Map([[a, x], [b, y]]))) === true;
      return before(left, right) ? -1 : before(right, left) ? 1 : 0;
    }, scope.budget);
}

function namesOf(definition: Node): readonly string[] {
  const formal = definition.children.find(({ kind }) =>
    kind === "FormalParameters"
  );
  const names = formal?.children.map(nameOf) ?? [];
  if (definition.kind === "FunctionDefinition" && names.length === 2) {
    return names;
  }
  throw new CannotRead("Needs function(a, b) …", definition);
}

function ordered(left: unknown, right: unknown): number | undefined {
  return order(left, right);
}

function sorted(
  value: unknown,
  node: Node,
  compare: (left: unknown, right: unknown) => number | undefined,
  budget: Budget,
): unknown {
  if (value === null) return null;
  const list = isList(value) ? value : [value];
  return list.toSorted((left, right) => {
    budget.spend(node.text.length);
    const place = compare(left, right);
    if (place !== undefined) return place;
    throw new CannotEvaluate("Cannot sort these: they have no order", node);
  });
}
