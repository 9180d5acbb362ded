/** A text with marks under what is wrong with it: a textarea over its own shadow. */
import type { RuleMistake } from "../domain/rules/rule.ts";
import { described } from "./components/Field.tsx";
import { Icon } from "./icon.tsx";
import { stretchesOf } from "./rule_marks.ts";

export interface RuleSourceProps {
  readonly id: string;
  readonly name: string;
  readonly value: string;
  readonly mistakes: readonly RuleMistake[];
  readonly wrong?: string;
  readonly isLive: boolean;
  readonly readOnly: boolean;
  readonly rows: number;
  readonly maxLength: number;
  readonly onInput: (text: string) => void;
}

export function RuleSource(
  { id, value, mistakes, wrong, isLive, onInput, ...rest }: RuleSourceProps,
) {
  return (
    <>
      <div class="source">
        {isLive && (
          <div class="shadow" aria-hidden="true">
            {stretchesOf(value, mistakes).map(({ text, isWrong }, index) =>
              isWrong
                ? <mark key={index}>{text}</mark>
                : <span key={index}>{text}</span>
            )}
            {"\n"}
          </div>
        )}
        <textarea
          {...rest}
          id={id}
          class="input"
          spellcheck={false}
          autocapitalize="off"
          autocomplete="off"
          {...described(id, { hint: true, wrong })}
          value={value}
          onInput={({ currentTarget }) => onInput(currentTarget.value)}
        />
      </div>
      {mistakes.length > 0 && (
        <ul
          class="places"
          id={`${id}-mistake`}
          aria-label={`Mistakes in ${rest.name}`}
        >
          {mistakes.map((mistake) => (
            <li key={`${mistake.from} ${mistake.message}`}>
              <Place id={id} mistake={mistake} isLive={isLive} />
            </li>
          ))}
        </ul>
      )}
    </>
  );
}

/** Leads to where a mistake is. */
function Place(
  { id, mistake, isLive }: {
    readonly id: string;
    readonly mistake: RuleMistake;
    readonly isLive: boolean;
  },
) {
  const { line, column, message, from, to } = mistake;
  const place = `Line ${line}, column ${column}`;
  if (!isLive) {
    return (
      <span class="place">
        <Icon name="warn" />
        <b>{place}</b> {message}
      </span>
    );
  }
  const go = () => {
    const text = document.getElementById(id);
    if (!(text instanceof HTMLTextAreaElement)) return;
    text.focus();
    text.setSelectionRange(from, Math.max(to, from));
  };
  return (
    <button type="button" class="place" onClick={go}>
      <Icon name="warn" />
      <b>{place}</b> {message}
    </button>
  );
}
