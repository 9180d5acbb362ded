/** The form that tries an operation as the reader. It takes a script; signed out there is none to send as. */
import { Button } from "../../islands/components/Button.tsx";
import type { User } from "../../realtime/user.ts";
import {
  type DescribedOperation,
  examplesOf,
  tagPath,
} from "../docs/reference.ts";

export interface OperationTryProps {
  readonly operation: DescribedOperation;
  readonly user: User | undefined;
}

export function OperationTry({ operation, user }: OperationTryProps) {
  const { tag, method, path, parameters, body } = operation;
  if (!user) {
    const next = encodeURIComponent(`/docs/api/${tagPath(tag)}`);
    return (
      <p class="docs-meaning">
        <a href={`/login?next=${next}`}>Sign in</a> to try it here.
      </p>
    );
  }
  const [example] = examplesOf(body);
  const fields = parameters.filter(({ place }) => place !== "header");
  return (
    <details>
      <summary>Try it as {user.name}</summary>
      <form class="docs-try" data-method={method} data-path={path}>
        {fields.map(({ name, place, required }) => (
          <label key={name} class="docs-parameter">
            <span>{name}{required && " (required)"}</span>
            <input
              class="input mono"
              name={`${place}.${name}`}
              autocomplete="off"
              spellcheck={false}
            />
          </label>
        ))}
        {body && (
          <label class="docs-parameter">
            <span>Body</span>
            <textarea
              class="input mono"
              name="body"
              rows={Math.min(16, linesIn(example) + 1)}
              spellcheck={false}
            >
              {example === undefined ? "{}" : JSON.stringify(example, null, 2)}
            </textarea>
          </label>
        )}
        {body && (
          <label class="docs-strict">
            <input type="checkbox" name="strict" checked />
            <span>Refuse fields it does not know</span>
          </label>
        )}
        <p class="docs-starts">
          <Button kind={method === "GET" ? "primary" : "plain"} type="submit">
            Send {method}
          </Button>
        </p>
        <output class="docs-answer" />
      </form>
    </details>
  );
}

function linesIn(example: unknown): number {
  if (example === undefined) return 2;
  return JSON.stringify(example, null, 2).split("\n").length;
}
