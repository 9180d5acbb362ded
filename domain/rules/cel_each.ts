/** The macros that go over a list, or over the keys of a map: all, exists, exists_one, map, filter. */
import { pathOf } from "./cel_access.ts";
import { CelFault, fail } from "./cel_fault.ts";
import { demandBoolean } from "./cel_logic.ts";
import type { Code, Run, Scope } from "./cel_run.ts";
import { type CelNode, sizeOf } from "./cel_tree.ts";
import { isMap, keysOf, kindName, spend } from "./cel_values.ts";

type Each = CelNode & { readonly op: "each" };

/** Code for a macro. Each element costs as many steps as its parts have nodes. */
export function compileEach(node: Each, scope: Scope): Code {
  const { macro, variable } = node;
  const over = scope.compile(node.over, scope);
  const slot = scope.variables.size;
  const path = isPath(node.over) ? pathOf(node.over, scope) : undefined;
  const inside = {
    ...scope,
    // A shadowed name leaves its slot behind: sizes must keep growing.
    variables: new Map([
      ...renamed(scope, variable),
      [variable, { slot, over: path }],
    ]),
  };
  const body = scope.compile(node.body, inside);
  const where = node.where && scope.compile(node.where, inside);
  const cost = 1 + sizeOf(node.body) + (node.where ? sizeOf(node.where) : 0);
  const collect = COLLECT[macro];
  return (run) => {
    const items = itemsOf(over(run), macro, run);
    const enter = (index: number) => {
      spend(run, cost);
      run.slots[slot] = items[index];
      run.places[slot] = index;
    };
    return collect({ items, run, enter, body, where });
  };
}

interface Walk {
  readonly items: readonly unknown[];
  readonly run: Run;
  /** Sets the variable to an element and pays for it. */
  readonly enter: (index: number) => void;
  readonly body: Code;
  readonly where?: Code;
}

const COLLECT: Readonly<Record<Each["macro"], (walk: Walk) => unknown>> = {
  all: (walk) => quantify(walk, false),
  exists: (walk) => quantify(walk, true),
  exists_one: (walk) => matching(walk, "exists_one()").length === 1,
  filter: (walk) => matching(walk, "filter()"),
  map: ({ items, run, enter, body, where }) => {
    const made: unknown[] = [];
    for (let index = 0; index < items.length; index++) {
      enter(index);
      if (where && !demandBoolean(where(run), "map()'s filter")) continue;
      made.push(body(run));
    }
    return made;
  },
};

/** Like a chain of && or ||: an element that decides outweighs the errors of others. */
function quantify({ items, run, enter, body }: Walk, deciding: boolean) {
  let failed: CelFault | undefined;
  for (let index = 0; index < items.length; index++) {
    enter(index);
    try {
      const macro = deciding ? "exists()" : "all()";
      if (demandBoolean(body(run), macro) === deciding) return deciding;
    } catch (fault) {
      if (!(fault instanceof CelFault) || fault.kind === "TIMEOUT") throw fault;
      failed ??= fault;
    }
  }
  if (failed !== undefined) throw failed;
  return !deciding;
}

function matching({ items, run, enter, body }: Walk, macro: string) {
  return items.filter((_, index) => {
    enter(index);
    return demandBoolean(body(run), macro);
  });
}

function itemsOf(
  value: unknown,
  macro: string,
  run: Run,
): readonly unknown[] {
  if (Array.isArray(value)) return value;
  if (isMap(value)) return keysOf(value, run);
  return fail(`${macro}() takes a list or a map, got ${kindName(value)}`);
}

function isPath(node: CelNode): boolean {
  return node.op === "name" || node.op === "field" || node.op === "index";
}

/** The variables around, the shadowed one under a name that no expression can say. */
function renamed({ variables }: Scope, shadowing: string) {
  return [...variables].map(([name, variable]) =>
    [name === shadowing ? `${name}@${variable.slot}` : name, variable] as const
  );
}
