/** Asks whether a result was right, where the result stands; then says what the answer has moved. */
import { Button } from "../../islands/components/Button.tsx";
import type { Change } from "../learning_reading.ts";
import { type Asked, askedId } from "./asked.ts";

export interface WasItRightProps {
  readonly asked: Asked;
  /** What it is about, for those who hear the page. */
  readonly name: string;
  /** @default "Was this right?" */
  readonly question?: string;
  readonly messageId: string;
}

const ANSWERS = [
  { outcome: "correct", word: "Yes", said: "You said it was right." },
  { outcome: "incorrect", word: "No", said: "You said it was wrong." },
] as const;

export function WasItRight(props: WasItRightProps) {
  const { asked, name, question = "Was this right?", messageId } = props;
  const { subject: { kind, id, evaluationId }, sessionId, from } = asked;
  const { said, mayGive } = asked;
  if (!mayGive && said === undefined) return null;
  const place = askedId(asked);
  const fields = { kind, id, evaluationId, sessionId, from };
  return (
    <form
      method="post"
      action="/learning/said"
      class="was-right"
      id={place}
      autocomplete="off"
    >
      {Object.entries(fields).map(([field, value]) =>
        value !== null && (
          <input key={field} type="hidden" name={field} value={value} />
        )
      )}
      <input
        type="hidden"
        name="messageId"
        value={`${messageId}.${place}`.slice(0, 118)}
      />
      {mayGive && (
        <p>
          {question}
          <span class="visually-hidden">({name})</span>
        </p>
      )}
      {mayGive && ANSWERS.map(({ outcome, word }) => (
        <Button
          key={outcome}
          small
          type="submit"
          name="outcome"
          value={outcome}
          aria-pressed={said?.outcome === outcome}
          aria-label={`${word}: ${name}`}
        >
          {word}
        </Button>
      ))}
      {said && (
        <p class="was-right-said">
          {ANSWERS.find(({ outcome }) => outcome === said.outcome)?.said}{" "}
          {said.change && <Moved change={said.change} />}
        </p>
      )}
    </form>
  );
}

function Moved({ change: { before, after } }: { readonly change: Change }) {
  return (
    <>
      Trust {percent(before)} → <b>{percent(after)} %</b>
    </>
  );
}

function percent(share: number): string {
  return (share * 100).toFixed(1);
}
