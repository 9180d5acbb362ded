/** From the fields of a form to the request it stands for, and from an answer to what is shown of it. */

export interface TriedOperation {
  readonly method: string;
  /** In OpenAPI's form, e.g. `/api/v1/jobs/{jobId}`. */
  readonly path: string;
}

export type TriedRequest =
  | { readonly url: string; readonly init: RequestInit }
  | { readonly mistake: string };

/** Characters of an answer that are shown; more would hold the page up. */
const MAX_SHOWN = 200_000;

/** @param fields `path.<name>`, `query.<name>`, `body`, and `strict` when unknown fields are to be refused. */
export function requestOf(
  { method, path }: TriedOperation,
  fields: FormData,
): TriedRequest {
  let url = path;
  const query = new URLSearchParams();
  for (const [field, value] of fields) {
    if (typeof value !== "string") continue;
    const [place, name] = split(field);
    if (place === "path") {
      if (value === "") return { mistake: `${name} is missing` };
      url = url.replace(`{${name}}`, encodeURIComponent(value));
    } else if (place === "query" && value !== "") query.append(name, value);
  }
  if (query.size > 0) url += `?${query}`;
  const body = fields.get("body");
  if (typeof body !== "string" || body.trim() === "") {
    return { url, init: { method } };
  }
  try {
    JSON.parse(body);
  } catch (error) {
    const said = error instanceof Error ? error.message : "";
    return { mistake: `The body is no JSON: ${said}` };
  }
  return {
    url,
    init: {
      method,
      body,
      headers: {
        "Content-Type": "application/json",
        ...(fields.has("strict") ? { Prefer: "handling=strict" } : {}),
      },
    },
  };
}

/** JSON on lines of its own; anything else as it is. */
export function shownBody(text: string): string {
  const shown = indented(text);
  return shown.length <= MAX_SHOWN
    ? shown
    : `${shown.slice(0, MAX_SHOWN)}\n… ${shown.length - MAX_SHOWN} more`;
}

function indented(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}

/** `path.jobId` is `["path", "jobId"]`. */
function split(field: string): readonly [place: string, name: string] {
  const dot = field.indexOf(".");
  return [field.slice(0, Math.max(dot, 0)), field.slice(dot + 1)];
}
