/** Traces: they agree with the value, point at their source, and stay small. */
import fc from "fast-check";
import { assert, assertEquals } from "@std/assert";
import { type TraceNode, Tracer } from "../../../domain/rules/cel_trace.ts";
import { outcome, traceOf } from "./cel_fixture.ts";

/** `text = value` of every part, parts before the whole. */
function lines({ text, value, error, item, children }: TraceNode): string[] {
  const at = item === undefined ? "" : `[${item}] `;
  const came = error === undefined
    ? `= ${JSON.stringify(value)}`
    : `! ${error}`;
  return [...children.flatMap(lines), `${at}${text} ${came}`];
}

Deno.test("[R8] a trace tells each part that was looked at, with its brackets", () => {
  const facts = { amount: 5, customer: { country: "DE" } };
  const text =
    '(amount + 1) * 2 > 20 || customer.country == "DE" || amount > 1';
  assertEquals(lines(traceOf(text, facts)), [
    "amount = 5",
    "amount + 1 = 6",
    "(amount + 1) * 2 = 12",
    "(amount + 1) * 2 > 20 = false",
    'customer.country = "DE"',
    'customer.country == "DE" = true',
    `${text} = true`,
  ]);
});

Deno.test("[R8] a trace tells each element of a macro, and errors that were outweighed", () => {
  const facts = { items: [{ a: 0 }, {}, { a: 2 }] };
  assertEquals(lines(traceOf("items.exists(i, i.a > 1)", facts)).slice(1), [
    "[0] i.a = 0",
    "[0] i.a > 1 = false",
    "[1] i.a ! facts.items[1].a is missing",
    "[1] i.a > 1 ! facts.items[1].a is missing",
    "[2] i.a = 2",
    "[2] i.a > 1 = true",
    "items.exists(i, i.a > 1) = true",
  ]);
});

Deno.test("[R8] a trace of long lists and values is cut and says so", () => {
  const facts = {
    list: Array.from({ length: 5_000 }, (_, n) => n),
    long: "x".repeat(5_000),
  };
  const root = traceOf("list.all(n, n >= 0) && long != ''", facts);
  assertEquals(root.value, true);
  const size = (node: TraceNode): number =>
    node.children.reduce((sum, child) => sum + size(child), 1);
  assertEquals(size(root), 300);
  assertEquals(root.children[0].truncated, true);
  assert(JSON.stringify(root).length < 60_000);
});

Deno.test("[R8] a trace never holds half a character, which could not be kept", () => {
  const facts = { face: "😀", long: `x${"😀".repeat(150)}` };
  const texts = [
    'face.split("") == [long]',
    `"x${"😀".repeat(150)}" == ""`,
    '{face.split("")[0]: 1} == {"a": 1}',
  ];
  for (const text of texts) {
    const said = JSON.stringify(traceOf(text, facts));
    // JSON writes half a character as an escape, and every other letter as it is.
    assert(!/\\ud[89a-f]/i.test(said), said);
  }
});

Deno.test("[R8] an error is short, however long the key that is missing", () => {
  const facts = { map: { a: 1 }, key: "x".repeat(20_000), list: [1] };
  for (const text of ["map[key]", "map[[key, key]]", "list.map(x, key)[7]"]) {
    const { error = "" } = traceOf(text, facts);
    assert(error.includes("missing") && error.length <= 501, error);
  }
});

Deno.test("[R8] a literal has a trace too", () => {
  assertEquals(lines(traceOf("true")), ["true = true"]);
});

interface Facts {
  readonly [name: string]: unknown;
}

const facts: fc.Arbitrary<Facts> = fc.record({
  a: fc.integer({ min: -3, max: 3 }),
  b: fc.double({ min: -2, max: 2, noNaN: true }),
  s: fc.constantFrom("", "x", "xy"),
  t: fc.boolean(),
  list: fc.array(fc.integer({ min: -2, max: 2 }), { maxLength: 4 }),
  customer: fc.record(
    { country: fc.constantFrom("DE", "FR"), age: fc.nat(5) },
    {
      requiredKeys: [],
    },
  ),
});

/** Expressions over those facts, well typed but for what only the facts tell. */
const { bool, number } = fc.letrec<
  { bool: string; number: string; any: string }
>(
  (tie) => ({
    number: fc.oneof(
      { maxDepth: 4, withCrossShrink: true },
      fc.constantFrom("a", "b", "1", "0", "2.5", "customer.age", "missing"),
      fc.tuple(
        tie("number"),
        fc.constantFrom("+", "-", "*", "/", "%"),
        tie("number"),
      )
        .map(([left, sign, right]) => `(${left} ${sign} ${right})`),
      fc.tuple(tie("bool"), tie("number"), tie("number"))
        .map(([when, then, otherwise]) => `(${when} ? ${then} : ${otherwise})`),
      tie("number").map((of) => `-(${of})`),
      tie("bool").map((of) => `list.filter(x, ${of}).size()`),
      tie("number").map((of) => `sum(list.map(x, ${of} + x))`),
      tie("number").map((of) => `list[int(${of})]`),
    ),
    bool: fc.oneof(
      { maxDepth: 4, withCrossShrink: true },
      fc.constantFrom(
        "t",
        "true",
        "has(customer.country)",
        's.contains("y")',
        '(customer.country == "DE")',
      ),
      fc.tuple(tie("bool"), fc.constantFrom("&&", "||", "=="), tie("bool"))
        .map(([left, sign, right]) => `(${left} ${sign} ${right})`),
      fc.tuple(
        tie("number"),
        fc.constantFrom("<", "<=", ">", ">=", "==", "!="),
        tie("number"),
      )
        .map(([left, sign, right]) => `(${left} ${sign} ${right})`),
      tie("bool").map((of) => `!(${of})`),
      fc.tuple(fc.constantFrom("all", "exists", "exists_one"), tie("bool"))
        .map(([macro, of]) => `list.${macro}(x, x > 0 || ${of})`),
      tie("number").map((of) => `(${of} in list)`),
    ),
    any: tie("bool"),
  }),
);

Deno.test("[R8] the trace's root is the value, or its fault, of any expression", () => {
  let values = 0;
  fc.assert(
    fc.property(fc.oneof(bool, number), facts, (text, given) => {
      const fast = outcome(text, given, { steps: 2_000 });
      const tracer = new Tracer(text);
      const traced = outcome(text, given, { steps: 2_000, tracer });
      assertEquals(traced, fast);
      const root = tracer.root;
      if ("value" in fast) {
        values++;
        assertEquals(root?.value, fast.value);
        assertEquals(root?.error, undefined);
      } else if (root !== undefined) assertEquals(root.error, fast.fault);
      checkSpans(text, root);
    }),
    { numRuns: 400 },
  );
  assert(values > 100, `only ${values} had a value`);
});

/** Every part lies within the part above it, brackets balanced. */
function checkSpans(text: string, node?: TraceNode): void {
  if (node === undefined) return;
  const source = text.slice(node.from, node.to);
  assertEquals(node.text, source.slice(0, 200));
  assertEquals(source.split("(").length, source.split(")").length, source);
  for (const child of node.children) {
    assert(child.from >= node.from && child.to <= node.to);
    checkSpans(text, child);
  }
}
