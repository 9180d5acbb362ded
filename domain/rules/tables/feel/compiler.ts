/**
 * FEEL as closures: the library's parser reads a text once, and what it means is put
 * together here, so that every round of a loop is counted and every refusal has its place.
 *
 * Null stays null, as in FEEL. A value of the wrong kind is an error, where FEEL would
 * make it null and the rule would silently not match.
 */
import { arithmetic } from "./arithmetic.ts";
import { callOf, dateTimeOf, numberOf, stringOf } from "./call.ts";
import { CannotEvaluate, CannotRead } from "./cannot.ts";
import {
  comparisonOf,
  halfRangeOf,
  orderTest,
  passesValue,
  rangeOf,
} from "./comparison.ts";
import type { Compiler, Evaluate, Reads, Test } from "./compiled.ts";
import { instanceOf } from "./instance_of.ts";
import { filterOf, loopOf, quantifierOf } from "./lists.ts";
import { propertyOf } from "./property.ts";
import type { Scope } from "./scope.ts";
import { nameOf, type Node } from "./syntax.ts";

/** Compiles nodes; which facts they read is written to `reads`. */
export class FeelCompiler implements Compiler {
  readonly #reads: Reads;
  readonly #bound: ReadonlySet<string>;
  /** In a filter a name may be the item's own, so nobody can say beforehand that it is unknown. */
  readonly #open: boolean;

  constructor(
    reads: Reads,
    options: { readonly bound?: ReadonlySet<string>; open?: boolean } = {},
  ) {
    this.#reads = reads;
    this.#bound = options.bound ?? new Set();
    this.#open = options.open ?? false;
  }

  binding(names: readonly string[]): FeelCompiler {
    const bound = this.#bound.union(new Set(names));
    return new FeelCompiler(this.#reads, { bound, open: this.#open });
  }

  filtering(): FeelCompiler {
    return new FeelCompiler(this.#reads, { bound: this.#bound, open: true });
  }

  expression(node: Node): Evaluate {
    switch (node.kind) {
      case "Expression":
      case "PositiveUnaryTest":
      case "IterationContext":
        return this.expression(node.children[0]);
      case "ParenthesizedExpression":
        return this.expression(node.children[1]);
      case "NumericLiteral": {
        const value = numberOf(node);
        return () => value;
      }
      case "StringLiteral": {
        const value = stringOf(node);
        return () => value;
      }
      case "BooleanLiteral": {
        const value = node.text === "true";
        return () => value;
      }
      case "null":
        return () => null;
      case "?":
        return (scope) => scope.tested ?? null;
      case "VariableName":
        return this.#variable(node);
      case "ArithmeticExpression":
        return this.#arithmetic(node);
      case "Comparison":
        return comparisonOf(node, this);
      case "Conjunction":
        return this.#logical(node, false);
      case "Disjunction":
        return this.#logical(node, true);
      case "IfExpression":
        return this.#choice(node);
      case "List":
        return this.#list(node);
      case "Context":
        return this.#context(node);
      case "Interval":
        return rangeOf(node, this);
      case "SimplePositiveUnaryTest":
        return node.children.length === 1
          ? this.expression(node.children[0])
          : halfRangeOf(node, this);
      case "PathExpression":
        return propertyOf(node, this);
      case "FilterExpression":
        return filterOf(node, this);
      case "ForExpression":
        return loopOf(node, this);
      case "QuantifiedExpression":
        return quantifierOf(node, this);
      case "InstanceOfExpression":
        return instanceOf(node, this);
      case "DateTimeLiteral":
        return dateTimeOf(node, this);
      case "FunctionInvocation":
        return callOf(node, this);
      case "FunctionDefinition":
        throw new CannotRead("Functions cannot be defined here", node);
      default:
        throw new CannotRead(`Cannot use this here: ${node.text}`, node);
    }
  }

  test(node: Node): Test {
    if (node.kind === "PositiveUnaryTest") return this.test(node.children[0]);
    if (node.kind === "ParenthesizedExpression") {
      return this.test(node.children[1]);
    }
    const [sign, bound] = node.children;
    if (node.kind === "SimplePositiveUnaryTest" && bound !== undefined) {
      return orderTest(sign.text, this.expression(bound));
    }
    const expected = this.expression(node);
    if (!isClaim(node)) {
      return (value, scope) => passesValue(value, expected(scope), scope);
    }
    return (value, scope) => {
      const answer = expected(scope);
      if (answer === null || typeof answer === "boolean") return answer;
      return passesValue(value, answer, scope);
    };
  }

  #variable(node: Node): Evaluate {
    const name = nameOf(node);
    const open = this.#open;
    if (!open && !this.#bound.has(name) && !this.#reads.has(name)) {
      this.#reads.set(name, { from: node.from, to: node.to });
    }
    return (scope) => {
      const value = scope.find(name);
      if (value !== undefined) return value;
      if (open) return null;
      throw new CannotEvaluate(`Unknown fact: ${name}`, node);
    };
  }

  #arithmetic(node: Node): Evaluate {
    const [first, second, third] = node.children;
    if (third === undefined) {
      const value = this.expression(second);
      return (scope) => arithmetic("*", [value(scope), -1], node);
    }
    const left = this.expression(first);
    const right = this.expression(third);
    const operator = second.text;
    return (scope) => arithmetic(operator, [left(scope), right(scope)], node);
  }

  /** Three-valued: `deciding` settles it, an unknown leaves it open. */
  #logical(node: Node, deciding: boolean): Evaluate {
    const left = this.expression(node.children[0]);
    const right = this.expression(node.children[2]);
    return (scope) => {
      const first = left(scope);
      if (first === deciding) return deciding;
      const second = right(scope);
      if (second === deciding) return deciding;
      return first === !deciding && second === !deciding ? !deciding : null;
    };
  }

  #choice(node: Node): Evaluate {
    const condition = this.expression(node.children[1]);
    const then = this.expression(node.children[3]);
    const otherwise = this.expression(node.children[5]);
    return (scope) =>
      condition(scope) === true ? then(scope) : otherwise(scope);
  }

  #list(node: Node): Evaluate {
    const items = node.children.slice(1, -1).map((item) =>
      this.expression(item)
    );
    return (scope) => items.map((item) => item(scope));
  }

  #context(node: Node): Evaluate {
    const names: string[] = [];
    const entries = node.children.slice(1, -1).map((entry) => {
      const [key, value] = entry.children;
      const literal = key.children[0];
      const name = literal?.kind === "StringLiteral"
        ? stringOf(literal)
        : nameOf(key);
      if (name === "__proto__") {
        throw new CannotRead(`Not a name: ${name}`, key);
      }
      // An entry sees those before it.
      const evaluate = this.binding(names).expression(value);
      names.push(name);
      return { name, evaluate };
    });
    return (scope) => {
      const known = new Map<string, unknown>();
      const inner: Scope = scope.with(known);
      for (const { name, evaluate } of entries) {
        known.set(name, evaluate(inner));
      }
      return Object.fromEntries(known);
    };
  }
}

/** Kinds of text that say something that is true or not, rather than name a value to be equal to. */
const CLAIMS: readonly string[] = [
  "Comparison",
  "Conjunction",
  "Disjunction",
  "QuantifiedExpression",
  "InstanceOfExpression",
  "FunctionInvocation",
];

function isClaim(node: Node): boolean {
  return CLAIMS.includes(node.kind) || mentionsTested(node);
}

function mentionsTested(node: Node): boolean {
  return node.kind === "?" || node.children.some(mentionsTested);
}
