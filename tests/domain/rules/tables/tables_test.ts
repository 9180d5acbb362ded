/** Tables: hit policies, defaults, allowed values, tables that build on each other, errors. */
import fc from "fast-check";
import { assert, assertEquals } from "@std/assert";
import type { DecisionTable } from "../../../../domain/rules/tables/table.ts";
import { compileTables } from "../../../../domain/rules/tables/tables.ts";

type Facts = Readonly<Record<string, unknown>>;

function ask(table: DecisionTable, facts: Facts) {
  return askAll([table], facts)[0];
}

function askAll(tables: readonly DecisionTable[], facts: Facts) {
  const compiled = compileTables(tables, { names: facts });
  assert(compiled.state === "ready", JSON.stringify(compiled));
  return compiled.evaluate(facts);
}

function mistakesOf(...tables: readonly DecisionTable[]) {
  const compiled = compileTables(tables);
  assert(compiled.state === "refused");
  return compiled.mistakes.map(({ path, message }) => [
    path.join("."),
    message,
  ]);
}

/** Rules over `x`, each `[cell, answer]`. */
function table(
  hitPolicy: string,
  rules: readonly (readonly [string, string])[],
  rest: Partial<DecisionTable> = {},
): DecisionTable {
  return {
    hitPolicy,
    inputs: [{ expression: "x" }],
    outputs: [{}],
    rules: rules.map(([cell, out]) => ({ in: [cell], out: [out] })),
    ...rest,
  };
}

const STEPS = [["> 1", "10"], ["> 2", "30"], ["> 3", "20"]] as const;

for (
  const [policy, expected] of [
    ["F", 10],
    ["R", [10, 30, 20]],
    ["C", [10, 30, 20]],
    ["C+", 60],
    ["C<", 10],
    ["C>", 30],
    ["C#", 3],
  ] as const
) {
  Deno.test(`[T3] ${policy} makes ${JSON.stringify(expected)} of three matches`, () => {
    assertEquals(ask(table(policy, STEPS), { x: 5 }).outputs, expected);
  });
  Deno.test(`[T4] ${policy} answers null when nothing matches`, () => {
    const answer = ask(table(policy, STEPS), { x: 0 });
    assertEquals([answer.outputs, answer.matched, answer.errors], [
      null,
      [],
      [],
    ]);
  });
}

Deno.test("[T3] U refuses several matches and names the rules", () => {
  const { outputs, matched, errors } = ask(table("U", STEPS), { x: 2.5 });
  assertEquals(outputs, null);
  assertEquals(matched, [0, 1]);
  assertEquals(errors, [{
    path: ["rules"],
    message: "Several rules match, one may: rules.0, rules.1",
  }]);
});

Deno.test("[T3] A takes several matches that agree, and refuses those that do not", () => {
  const agreeing = table("A", [["> 1", "[1, 2]"], ["> 2", "[1, 2]"]]);
  assertEquals(ask(agreeing, { x: 3 }).outputs, [1, 2]);
  const { outputs, errors } = ask(table("A", STEPS), { x: 5 });
  assertEquals(outputs, null);
  assertEquals(errors[0].message, "Rules match that differ: rules.0, rules.1");
});

const RANKED = table("P", [["> 1", '"low"'], ["> 2", '"high"'], [
  "> 3",
  '"mid"',
]], { outputs: [{ allowed: '"high", "mid", "low"' }] });

Deno.test("[T3] P takes, and O orders by, the order of the allowed values", () => {
  assertEquals(ask(RANKED, { x: 5 }).outputs, "high");
  const ordered = { ...RANKED, hitPolicy: "O" };
  assertEquals(ask(ordered, { x: 5 }).outputs, ["high", "mid", "low"]);
});

Deno.test("[T3] of several outputs the first that differs decides the order", () => {
  const rows = {
    hitPolicy: "OUTPUT ORDER",
    inputs: [{ expression: "x" }],
    outputs: [{ name: "a", allowed: "2, 1" }, { name: "b", allowed: "1, 2" }],
    rules: [
      { in: ["-"], out: ["1", "1"] },
      { in: ["-"], out: ["2", "2"] },
      { in: ["-"], out: ["2", "1"] },
    ],
  };
  assertEquals(ask(rows, { x: 0 }).outputs, [
    { a: 2, b: 1 },
    { a: 2, b: 2 },
    { a: 1, b: 1 },
  ]);
});

Deno.test("[T3] F stops at the first match, before later rules can fail", () => {
  const rows = table("F", [["1", "1"], ['> "a"', "2"]]);
  const { outputs, errors, trace } = ask(rows, { x: 1 });
  assertEquals([outputs, errors, trace.rules.length], [1, [], 1]);
});

Deno.test("[T3] what cannot be added or compared is an error", () => {
  const { outputs, errors } = ask(
    table("C+", [["-", "1"], ["-", '"a"']]),
    { x: 0 },
  );
  assertEquals(outputs, null);
  assertEquals(errors[0].message, "Cannot add a string");
  const huge = table("C+", [["-", "1e308"], ["-", "1e308"]]);
  assertEquals(ask(huge, { x: 0 }).outputs, null);
});

Deno.test("[T3] policies go by letters and by names, and by no others", () => {
  const sum = { ...table("COLLECT", STEPS), aggregation: "SUM" };
  assertEquals(ask(sum, { x: 5 }).outputs, 60);
  assertEquals(ask(table("RULE ORDER", STEPS), { x: 3 }).outputs, [10, 30]);
  assertEquals(mistakesOf(table("toString", STEPS))[0][0], "0.hitPolicy");
  assertEquals(
    mistakesOf({ ...table("U", STEPS), aggregation: "SUM" })[0][0],
    "0.aggregation",
  );
  assertEquals(mistakesOf(table("P", STEPS))[0][0], "0.outputs.0.allowed");
});

Deno.test("[T4] defaults answer when nothing matches, false among them", () => {
  const outputs = [{ name: "ok", default: "false" }, { name: "why" }];
  const rows = {
    inputs: [{ expression: "x" }],
    outputs,
    rules: [{ in: ["1"], out: ["true", "null"] }],
  };
  assertEquals(ask(rows, { x: 2 }).outputs, { ok: false, why: null });
  assertEquals(ask(rows, { x: 1 }).outputs, { ok: true, why: null });
});

Deno.test("[T2] the trace names the first cell that did not hold", () => {
  const rows = {
    inputs: [{ expression: "x" }, { expression: "y + 1" }],
    outputs: [{}],
    rules: [
      { in: ["1", "> 5"], out: ["1"] },
      { in: ["2", "-"], out: ["2"] },
      { in: ["1", "-"], out: ["3"] },
    ],
  };
  const { outputs, matched, trace } = ask(rows, { x: 1, y: 1 });
  assertEquals([outputs, matched], [3, [2]]);
  assertEquals(trace, {
    inputs: [1, 2],
    rules: [
      { rule: 0, failedAt: 1 },
      { rule: 1, failedAt: 0 },
      { rule: 2, failedAt: null },
    ],
  });
});

const ALLOWED = table("U", [["-", '"c"']], {
  inputs: [{ expression: "x", allowed: '"a", "b"' }],
});

Deno.test("[T8] a value that is not allowed is an error, of inputs and outputs", () => {
  assertEquals(ask(ALLOWED, { x: "a" }).outputs, "c");
  for (const x of ["z", null, 1]) {
    const { outputs, errors } = ask(ALLOWED, { x });
    assertEquals([outputs, errors[0].path], [null, ["inputs", 0]]);
  }
  const closed = { ...ALLOWED, outputs: [{ allowed: '"a"' }] };
  assertEquals(ask(closed, { x: "a" }).errors[0].path, ["rules", 0, "out", 0]);
});

Deno.test("[T8] declared kinds are held to, and make texts into dates", () => {
  const dated = table("U", [['< @"2024-06-01"', "?"]], {
    inputs: [{ expression: "x", type: "date" }],
  });
  const rows = {
    ...dated,
    rules: [{ in: ['< @"2024-06-01"'], out: ["true"] }],
  };
  assertEquals(ask(rows, { x: "2024-05-31" }).outputs, true);
  assertEquals(ask(rows, { x: "2024-06-01" }).outputs, null);
  const { errors } = ask(rows, { x: "31 May" });
  assertEquals(errors, [{
    path: ["inputs", 0],
    message: 'Not a date: "31 May"',
  }]);
});

const RISK = table("U", [["> 5", '"high"'], ["<= 5", '"low"']], {
  decision: "Risk level",
});
const VERDICT: DecisionTable = {
  decision: "Verdict",
  inputs: [{ expression: "Risk level" }],
  outputs: [{ name: "say" }, { name: "level" }],
  rules: [
    { in: ['"high"'], out: ['"stop"', "Risk level"] },
    { in: ['"low"'], out: ['"go"', "Risk level"] },
  ],
};

Deno.test("[T9] a table reads another's decision, whatever their order", () => {
  const expected = { say: "stop", level: "high" };
  assertEquals(askAll([RISK, VERDICT], { x: 6 })[1].outputs, expected);
  assertEquals(askAll([VERDICT, RISK], { x: 6 })[0].outputs, expected);
});

Deno.test("[T9] outputs of a decision are its properties", () => {
  const reader = table("U", [['"stop"', "1"]], {
    decision: "Code",
    inputs: [{ expression: "Verdict.say" }],
  });
  assertEquals(askAll([reader, VERDICT, RISK], { x: 6 })[0].outputs, 1);
});

Deno.test("[T9] tables that wait for each other are refused", () => {
  const one = table("U", STEPS, {
    decision: "A",
    inputs: [{ expression: "B" }],
  });
  const other = table("U", STEPS, {
    decision: "B",
    inputs: [{ expression: "A" }],
  });
  assertEquals(mistakesOf(one, other), [
    ["0", "Decisions wait for each other: A → B → A"],
  ]);
  assertEquals(mistakesOf(RISK, RISK)[0], ["1.decision", "Named before"]);
});

Deno.test("[T9] a decision with errors leaves those that read it without an answer", () => {
  const [risk, verdict] = askAll([RISK, VERDICT], { x: "a" });
  assertEquals(risk.errors[0].path, ["rules", 0, "in", 0]);
  assertEquals(verdict.outputs, null);
  assertEquals(
    verdict.errors[0].message,
    "This decision has errors: Risk level",
  );
});

Deno.test("[T9] a table that reads its own name reads the fact of that name", () => {
  const rows = table("U", [["> 1", "1"]], { decision: "x" });
  assertEquals(ask(rows, { x: 2 }).outputs, 1);
});

Deno.test("[T10] every unknown name is an error before any rule is asked", () => {
  const rows = table("U", [["-", "1"], ["> Limt", "2"]]);
  const { outputs, errors } = ask(rows, { x: 1, Limit: 2 });
  assertEquals(outputs, null);
  assertEquals(errors, [{
    path: ["rules", 1, "in", 0],
    position: { from: 2, to: 6 },
    message: "Unknown fact: Limt",
  }]);
});

Deno.test("[T10] facts that are no values are errors with their path", () => {
  const deep: unknown[] = [];
  let inner = deep;
  for (let depth = 0; depth < 100; depth++) inner.push(inner = []);
  for (
    const [facts, path] of [
      [{ x: NaN }, "facts.x"],
      [{ x: 1, y: { z: [1, Infinity] } }, "facts.y.z.1"],
      [{ x: () => 1 }, "facts.x"],
      [{ x: new Date(0) }, "facts.x"],
      [{ x: JSON.parse('{"__proto__": 1}') }, "facts.x.__proto__"],
    ] as const
  ) {
    const { outputs, errors } = ask(table("U", [["-", "1"]]), facts);
    assertEquals([outputs, errors[0].path.join(".")], [null, path]);
  }
  const { errors } = ask(table("U", [["-", "1"]]), { x: deep });
  assertEquals(errors[0].message, "Too deep");
});

Deno.test("[T11] one endless rule spends the budget and is named", () => {
  const endless = "count(for a in 1..100000000 return a) > 1";
  const { outputs, errors } = ask(
    table("U", [["1", "1"], [endless, "2"]]),
    { x: 2 },
  );
  assertEquals(outputs, null);
  assertEquals(errors[0], {
    path: ["rules", 1, "in", 0],
    message: "Takes too many steps",
  });
});

Deno.test("[T12] rows that do not fit the columns are refused", () => {
  const rows = table("U", STEPS, { outputs: [{ name: "a" }, { name: "a" }] });
  assertEquals(mistakesOf(rows).slice(0, 2), [
    ["0.outputs.1.name", "Named before"],
    ["0.rules.0.out", "Needs 2 cells, got 1"],
  ]);
  const many = Array.from({ length: 5_001 }, () => ["-", "1"] as const);
  assertEquals(mistakesOf(table("F", many)), [
    ["0.rules", "At most 5000, got 5001"],
  ]);
});

Deno.test("[T12] more text than the grammar reads is refused, equal cells count once", () => {
  const long = (row: number) => `? > ${row} and ${"? > 1 and ".repeat(90)}true`;
  const rows = (cell: (row: number) => string) =>
    table("C", [...Array(400).keys()].map((row) => [cell(row), "1"] as const));
  const [[path, message]] = mistakesOf(rows(long));
  assertEquals(path.startsWith("0.rules."), true);
  assertEquals(message.startsWith("Too much text"), true);
  assertEquals(ask(rows(() => long(0)), { x: 2 }).errors, []);
});

Deno.test("[T5] one output is a value, several are an object with no strange names", () => {
  const rows = {
    inputs: [],
    outputs: [{ name: "a/b" }, { name: "constructor" }],
    rules: [{ in: [], out: ["1", "2"] }],
  };
  assertEquals(ask(rows, {}).outputs, { "a/b": 1, constructor: 2 });
  const unsafe = [{ name: "a" }, { name: "__proto__" }];
  assertEquals(
    mistakesOf({ ...rows, outputs: unsafe })[0],
    ["0.outputs.1.name", "Not a name: __proto__"],
  );
});

Deno.test("[T3] C finds what asking rule by rule finds, in any order of rows", () => {
  const cell = fc.tuple(
    fc.constantFrom("<", "<=", ">", ">="),
    fc.integer({ min: 0, max: 9 }),
  );
  fc.assert(
    fc.property(
      fc.array(cell, { minLength: 1, maxLength: 20 }),
      fc.integer({ min: 0, max: 9 }),
      (cells, x) => {
        const rows = cells.map(([sign, n], index) =>
          [`${sign} ${n}`, String(index)] as const
        );
        const holds = cells.flatMap(([sign, n], index) =>
          (sign.startsWith("<") ? x < n : x > n) ||
            sign.endsWith("=") && x === n
            ? [index]
            : []
        );
        const { outputs, matched } = ask(table("C", rows), { x });
        assertEquals(matched, holds);
        assertEquals(outputs, holds.length === 0 ? null : holds);
        const turned = ask(table("C+", rows.toReversed()), { x }).outputs;
        assertEquals(turned, ask(table("C+", rows), { x }).outputs);
      },
    ),
    { numRuns: 200 },
  );
});

Deno.test("[T10] no facts make a table throw, or answer what JSON cannot hold", () => {
  const expressions = table("C", [
    ["> 1", "x / y"],
    ["? in y", "[x, y, {a: x + y}]"],
    ['contains(?, "a")', "x.b"],
    ["count(?) > 1", "sum(x) ** sum(y)"],
    ['< @"2024-01-01"', "x[y]"],
  ]);
  const compiled = compileTables([expressions]);
  assert(compiled.state === "ready");
  fc.assert(
    fc.property(fc.jsonValue(), fc.anything(), (x, y) => {
      const [{ outputs, errors }] = compiled.evaluate({ x, y });
      assertEquals(JSON.parse(JSON.stringify(outputs)), outputs);
      if (errors.length > 0) assertEquals(outputs, null);
    }),
    { numRuns: 500 },
  );
});
