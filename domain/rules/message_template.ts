/** Messages of rules: text with `{{ expression }}` in it, filled from the facts. */
import { checkCel } from "./cel_check.ts";
import { compileCel, type Expression } from "./cel_compile.ts";
import { CelFault } from "./cel_fault.ts";
import { parseCel } from "./cel_parse.ts";
import type { Facts } from "./cel_run.ts";
import type { CelMistake } from "./cel_scan.ts";
import { shown } from "./cel_shown.ts";
import type { FactSchema } from "./cel_types.ts";
import type { Budget } from "./cel_values.ts";

/** Longest message, as written and as filled. */
export const MAX_MESSAGE_LENGTH = 2_000;
/** Most steps that filling one message takes. */
export const MAX_MESSAGE_STEPS = 10_000;

const OPEN = "{{";
const CLOSE = "}}";

export interface Template {
  readonly mistakes: readonly CelMistake[];
  /**
   * The message; a part that has no value says so in brackets, and loses nothing else.
   *
   * @param budget What it may take is taken from it. @default MAX_MESSAGE_STEPS
   */
  fill(facts: Facts, budget?: Budget): string;
}

/** Reads a message. Mistakes are placed in the whole text. */
export function parseTemplate(text: string, facts?: FactSchema): Template {
  const parts: (string | Expression)[] = [];
  const mistakes: CelMistake[] = [];
  if (text.length > MAX_MESSAGE_LENGTH) {
    const message = `Too long: at most ${MAX_MESSAGE_LENGTH} characters`;
    return filler([], [{ message, from: 0, to: text.length }]);
  }
  let at = 0;
  for (let open = 0; (open = text.indexOf(OPEN, at)) >= 0;) {
    const from = open + OPEN.length;
    const close = text.indexOf(CLOSE, from);
    if (close < 0) {
      const message = `${OPEN} that is never closed`;
      mistakes.push({ message, from: open, to: text.length });
      break;
    }
    parts.push(text.slice(at, open));
    const read = readPart(text.slice(from, close), facts);
    if ("mistakes" in read) {
      mistakes.push(...read.mistakes.map((mistake) => ({
        message: mistake.message,
        from: mistake.from + from,
        to: mistake.to + from,
      })));
    } else parts.push(read.expression);
    at = close + CLOSE.length;
  }
  parts.push(text.slice(at));
  return filler(parts, mistakes);
}

function readPart(
  text: string,
  facts?: FactSchema,
):
  | { readonly expression: Expression }
  | { readonly mistakes: readonly CelMistake[] } {
  const parsed = parseCel(text);
  if ("mistake" in parsed) return { mistakes: [parsed.mistake] };
  const { mistakes } = checkCel(parsed.tree, facts);
  if (mistakes.length > 0) return { mistakes };
  return { expression: compileCel(parsed.tree) };
}

function filler(
  parts: readonly (string | Expression)[],
  mistakes: readonly CelMistake[],
): Template {
  return {
    mistakes,
    fill: (facts, budget = { steps: MAX_MESSAGE_STEPS }) => {
      const text = parts.map((part) => {
        if (typeof part === "string") return part;
        try {
          return written(part.value(facts, budget));
        } catch (fault) {
          if (!(fault instanceof CelFault)) throw fault;
          return `(${fault.message})`;
        }
      }).join("");
      // A cut, and `split`, may halve a character: what is half could not be kept.
      return text.slice(0, MAX_MESSAGE_LENGTH).toWellFormed();
    },
  };
}

function written(value: unknown): string {
  const short = shown(value);
  return typeof short === "string" ? short : JSON.stringify(short);
}
