/** Pages for what went wrong: they say what, and what to do now. */
import type { AppContext } from "../env.ts";
import { problemOf, STATUS } from "../problem.ts";
import { ButtonLink } from "../../islands/components/Button.tsx";
import { Main } from "./layout.tsx";
import type { PageParts } from "./page_parts.ts";
import { renderPage } from "./render.tsx";

interface Words {
  readonly title: string;
  readonly text: string;
}

/** One answer for what is not there and what one may not see: they must look the same. */
export function notFoundPage(
  c: AppContext,
  parts: PageParts,
  what: "page" | "session",
): Promise<Response> {
  const words = what === "session"
    ? {
      title: "No such session for you",
      text:
        "It does not exist, or only its participants see it. If someone sent you the link, ask them to add you.",
    }
    : {
      title: "No such page",
      text: "The address may be mistyped, or what was here has moved.",
    };
  return show(c, parts, 404, words);
}

/** An error page for a fault or a refusal that has no form to stand at. */
export function errorPage(
  c: AppContext,
  parts: PageParts,
  error: unknown,
): Promise<Response> {
  const { code, detail } = problemOf(error);
  if (code === "internal") parts.onFault?.(error, c.req.path);
  return show(c, parts, STATUS[code], {
    title: TITLES[code] ?? "This did not work",
    text: code === "internal"
      ? "The fault is on our side and has been logged. Nothing that was confirmed to you is lost. Try again in a moment."
      : code === "unavailable"
      ? "The record cannot be written or read just now. Nothing that was confirmed to you is lost. Try again in a moment."
      : `${detail}.`,
  });
}

const TITLES: Readonly<Record<string, string>> = {
  internal: "Something broke here",
  unavailable: "Not available just now",
  forbidden: "Not with your role",
  not_found: "Not found",
};

function show(
  c: AppContext,
  parts: PageParts,
  status: 400 | 401 | 403 | 404 | 409 | 422 | 429 | 500 | 503,
  { title, text }: Words,
): Promise<Response> {
  const user = c.get("user");
  return renderPage(c, parts, {
    title,
    status,
    body: (
      <Main narrow>
        <p class="muted">{status}</p>
        <h1>{title}</h1>
        <p class="lead">{text}</p>
        <p>
          {user
            ? <ButtonLink href="/sessions">All sessions</ButtonLink>
            : <ButtonLink href="/login">Sign in</ButtonLink>}
        </p>
      </Main>
    ),
  });
}
