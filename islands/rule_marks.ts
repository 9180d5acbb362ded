/** Mistakes as marks over a text: which stretches of it are wrong. */
import type { RuleMistake } from "../domain/rules/rule.ts";

export interface Stretch {
  readonly text: string;
  readonly isWrong: boolean;
}

/** The text in stretches; a mistake at one point marks the character there, or the one before the end. */
export function stretchesOf(
  text: string,
  mistakes: readonly Pick<RuleMistake, "from" | "to">[],
): readonly Stretch[] {
  const wrong = new Uint8Array(text.length);
  for (const { from, to } of mistakes) {
    const start = Math.max(0, Math.min(from, text.length - 1));
    wrong.fill(1, start, Math.max(to, start + 1));
  }
  const stretches: { text: string; isWrong: boolean }[] = [];
  for (let at = 0; at < text.length; at++) {
    const isWrong = wrong[at] === 1;
    const last = stretches.at(-1);
    if (last?.isWrong === isWrong) last.text += text[at];
    else stretches.push({ text: text[at], isWrong });
  }
  return stretches;
}
