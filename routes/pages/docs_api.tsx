/** The reference of the HTTP API, from its OpenAPI document, with a form to try each operation. */
import { Hono } from "hono";
import { Button } from "../../islands/components/Button.tsx";
import type { User } from "../../realtime/user.ts";
import type { Env } from "../env.ts";
import type { Library } from "../docs/library.ts";
import {
  type DescribedOperation,
  examplesOf,
  operationsOf,
  tagPath,
} from "../docs/reference.ts";
import { DocsFrame } from "./DocsFrame.tsx";
import { OperationTry } from "./OperationTry.tsx";
import type { PageParts } from "./page_parts.ts";
import { notFoundPage } from "./problems.tsx";
import { renderPage } from "./render.tsx";
import { SchemaView } from "./SchemaView.tsx";

export function docsApiPages(
  parts: PageParts,
  library: () => Promise<Library>,
): Hono<Env> {
  const app = new Hono<Env>();
  app.get("/docs/api", async (c) => {
    const { shelves } = await library();
    const operations = operationsOf(c.get("documents").openApi);
    return await renderPage(c, parts, {
      title: "HTTP reference",
      body: (
        <DocsFrame user={c.get("user")} path={c.req.path} shelves={shelves}>
          <Overview operations={operations} />
        </DocsFrame>
      ),
    });
  });
  app.get("/docs/api/:tag", async (c) => {
    const { shelves } = await library();
    const operations = operationsOf(c.get("documents").openApi)
      .filter(({ tag }) => tagPath(tag) === c.req.param("tag"));
    const [first] = operations;
    if (!first) return await notFoundPage(c, parts, "page");
    const user = c.get("user");
    return await renderPage(c, parts, {
      title: `${first.tag} over HTTP`,
      body: (
        <DocsFrame
          user={user}
          path={c.req.path}
          shelves={shelves}
          aside={<Aside operations={operations} />}
        >
          <p class="docs-back">
            <a href="/docs/api">HTTP reference</a>
          </p>
          <h1>{first.tag}</h1>
          {operations.map((one) => (
            <OperationView key={one.id} operation={one} user={user} />
          ))}
          {user && <Ask name={user.name} />}
          {user && parts.manifest.scripts?.docs_try && (
            <script
              type="module"
              src={parts.manifest.scripts.docs_try}
              nonce={c.get("nonce")}
            />
          )}
        </DocsFrame>
      ),
    });
  });
  return app;
}

function Overview(
  { operations }: { readonly operations: readonly DescribedOperation[] },
) {
  const byTag = Map.groupBy(operations, ({ tag }) => tag);
  return (
    <>
      <h1>HTTP reference</h1>
      <p class="lead">
        JSON under <code>/api/v1</code>. What holds for every operation is in
        {" "}
        <a href="/docs/concepts#over-http">Concepts</a>; for machines there is
        {" "}
        <a href="/api/v1/openapi.json">the OpenAPI document</a>.
      </p>
      {[...byTag].map(([tag, list]) => (
        <section key={tag}>
          <h2>
            <a href={`/docs/api/${tagPath(tag)}`}>{tag}</a>
          </h2>
          <ul class="docs-operations">
            {list.map(({ id, method, path, summary }) => (
              <li key={id}>
                <a href={`/docs/api/${tagPath(tag)}#${id}`}>
                  <Method method={method} />
                  <code>{path}</code>
                </a>
                <span>{summary}</span>
              </li>
            ))}
          </ul>
        </section>
      ))}
    </>
  );
}

function Aside(
  { operations }: { readonly operations: readonly DescribedOperation[] },
) {
  return (
    <nav class="docs-aside" aria-label="On this page">
      <p class="docs-shelf">On this page</p>
      <ul>
        {operations.map(({ id, summary }) => (
          <li key={id}>
            <a href={`#${id}`}>{summary}</a>
          </li>
        ))}
      </ul>
    </nav>
  );
}

function OperationView(
  { operation, user }: {
    readonly operation: DescribedOperation;
    readonly user: User | undefined;
  },
) {
  const { id, method, path, summary, parameters, body, answers } = operation;
  const answer = answers.find(({ schema }) => schema !== undefined);
  return (
    <section class="docs-operation" id={id} aria-labelledby={`${id}-title`}>
      <h2 id={`${id}-title`}>{summary}</h2>
      <p class="docs-line">
        <Method method={method} />
        <code>{path}</code>
      </p>
      {parameters.length > 0 && (
        <details>
          <summary>Parameters</summary>
          <SchemaView
            schema={{
              properties: Object.fromEntries(
                parameters.map(({ name, place, description, schema }) => [
                  name,
                  {
                    ...schema,
                    description: [
                      place === "query" ? "" : `In the ${place}`,
                      description ?? "",
                    ].filter(Boolean).join(". "),
                  },
                ]),
              ),
              required: parameters.filter(({ required }) => required)
                .map(({ name }) =>
                  name
                ),
            }}
          />
        </details>
      )}
      {body && (
        <details>
          <summary>Body</summary>
          <SchemaView schema={body} />
          <Examples list={examplesOf(body)} />
        </details>
      )}
      {answers.map(({ status, description, schema }) => (
        <details key={status}>
          <summary>
            {status === "default" ? "Otherwise" : status}: {description}
          </summary>
          {schema && status !== "default" && <SchemaView schema={schema} />}
          {schema === answer?.schema && <Examples list={examplesOf(schema)} />}
          {status === "default" && (
            <p class="docs-meaning">
              <a href="/docs/concepts#over-http">
                application/problem+json with a code
              </a>
            </p>
          )}
        </details>
      ))}
      <OperationTry operation={operation} user={user} />
    </section>
  );
}

function Examples({ list }: { readonly list: readonly unknown[] }) {
  return list.map((example, index) => (
    <pre key={index} class="docs-code" tabIndex={0}>
      <code>{JSON.stringify(example, null, 2)}</code>
    </pre>
  ));
}

function Method({ method }: { readonly method: string }) {
  return <b class={`docs-method docs-${method.toLowerCase()}`}>{method}</b>;
}

/** Asked before anything is sent that may change something. */
function Ask({ name }: { readonly name: string }) {
  return (
    <dialog id="docs-ask" class="docs-ask" aria-labelledby="docs-ask-title">
      <form method="dialog">
        <h2 id="docs-ask-title">Send this for real?</h2>
        <p>
          It is done here, as {name}, and may not be undone:
        </p>
        <p>
          <code></code>
        </p>
        <p class="docs-starts">
          <Button kind="primary" type="submit" value="send">Send</Button>
          <Button type="submit" value="">Do not send</Button>
        </p>
      </form>
    </dialog>
  );
}
