/** The rules in use, at hand: read from the view when first asked for, and again after a change. */
import {
  type CompiledRule,
  compileRule,
} from "../domain/rules/compile_rule.ts";
import { readRule } from "../domain/rules/book/kept_rule.ts";
import {
  RULE_SUBJECT,
  RULES_CHANNEL,
} from "../domain/rules/book/rule_commands.ts";
import { RULES_VIEW } from "../domain/rules/book/view.ts";
import type { Rule } from "../domain/rules/rule.ts";
import type { Json } from "../realtime/json.ts";
import type { Log } from "../realtime/log/log.ts";
import { isJsonObject } from "./json_body.ts";

const PAGE_ROWS = 500;
/** How long rules are read at a stretch before others get their turn, in ms. */
const MAX_STRETCH_MS = 10;

export interface RuleBookOptions {
  /** Handing in one that remembers, a change of one rule costs no more than that rule. */
  readonly compile?: typeof compileRule;
}

export class RuleBook {
  readonly #log: Pick<Log, "query">;
  readonly #compile: typeof compileRule;
  readonly #stopFeed: () => void;
  #reading?: Promise<ReadonlyMap<string, CompiledRule>>;

  constructor(
    log: Pick<Log, "query" | "feed">,
    { compile = compileRule }: RuleBookOptions = {},
  ) {
    this.#log = log;
    this.#compile = compile;
    this.#stopFeed = log.feed((entries) => {
      const isRule = entries.some(({ channel, subject }) =>
        channel === RULES_CHANNEL && subject.startsWith(RULE_SUBJECT)
      );
      // A reading under way may have missed it; whoever waits for that asked before.
      if (isRule) this.#reading = undefined;
    });
  }

  /** By id; every one compiled once per change of the book. */
  async inUse(): Promise<ReadonlyMap<string, CompiledRule>> {
    this.#reading ??= this.#read();
    const reading = this.#reading;
    try {
      return await reading;
    } catch (error) {
      // The next to ask tries again.
      if (this.#reading === reading) this.#reading = undefined;
      throw error;
    }
  }

  /** A rule in use. */
  async ruleOf(id: string): Promise<Rule | undefined> {
    return (await this.inUse()).get(id)?.rule;
  }

  close(): void {
    this.#stopFeed();
  }

  async #read(): Promise<ReadonlyMap<string, CompiledRule>> {
    const rules = new Map<string, CompiledRule>();
    let cursor: string | undefined;
    let since = performance.now();
    do {
      const { rows, nextCursor } = await this.#log.query(RULES_VIEW, {
        limit: PAGE_ROWS,
        cursor,
      });
      for (const { key, data } of rows) {
        if (performance.now() - since > MAX_STRETCH_MS) {
          await new Promise((resolve) => setTimeout(resolve));
          since = performance.now();
        }
        const rule = ruleIn(data, key);
        const read = rule && this.#compile(rule);
        // What was published ran then; an engine that cannot read it any more skips it.
        if (read?.state === "compiled") rules.set(key, read.rule);
      }
      cursor = nextCursor ?? undefined;
    } while (cursor !== undefined);
    return rules;
  }
}

function ruleIn(data: Json, id: string): Rule | null {
  return isJsonObject(data) ? readRule(data.rule, id) : null;
}
