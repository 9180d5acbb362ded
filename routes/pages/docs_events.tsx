/** The reference of messages, from the AsyncAPI document, with a console on one's own connection. */
import { Hono } from "hono";
import { listOf, recordOf, textOf } from "../../domain/read_json.ts";
import { Button } from "../../islands/components/Button.tsx";
import type { JsonObject } from "../api/json_schema.ts";
import type { Env } from "../env.ts";
import type { Library } from "../docs/library.ts";
import { DocsFrame } from "./DocsFrame.tsx";
import type { PageParts } from "./page_parts.ts";
import { renderPage } from "./render.tsx";
import { SchemaView } from "./SchemaView.tsx";

export function docsEventsPage(
  parts: PageParts,
  library: () => Promise<Library>,
): Hono<Env> {
  const app = new Hono<Env>();
  app.get("/docs/events", async (c, pass) => {
    const document = c.get("documents").asyncApi;
    if (!document) return await pass();
    const { shelves } = await library();
    const user = c.get("user");
    const script = parts.manifest.scripts?.docs_console;
    const isLive = user !== undefined && (parts.live ?? true);
    return await renderPage(c, parts, {
      title: "Messages",
      body: (
        <DocsFrame
          user={user}
          path={c.req.path}
          shelves={shelves}
          aside={<Aside />}
        >
          <h1>Messages</h1>
          <p class="lead">
            Everything that travels over{" "}
            <code>/ws</code>, both ways. The rules are in{" "}
            <a href="/docs/protocol">the protocol</a>; for machines there is
            {" "}
            <a href="/api/v1/asyncapi.json">the AsyncAPI document</a>.
          </p>
          {isLive
            ? <Console examples={clientExamples(document)} />
            : <SignInFirst isSignedIn={user !== undefined} />}
          <Channels document={document} />
          <Messages
            id="client"
            title="What you may send"
            messages={messagesOf(document, "client.")}
          />
          <Messages
            id="server"
            title="What the server says of a connection"
            messages={messagesOf(document, "server.")}
          />
          <Messages
            id="publications"
            title="Publications and signals"
            messages={messagesOf(document, "")}
          />
          <Codes document={document} />
          {isLive && script && (
            <script type="module" src={script} nonce={c.get("nonce")} />
          )}
        </DocsFrame>
      ),
    });
  });
  return app;
}

const PARTS = [
  ["console", "Console"],
  ["channels", "Channels"],
  ["client", "What you may send"],
  ["server", "What the server says"],
  ["publications", "Publications"],
  ["codes", "Codes"],
] as const;

function Aside() {
  return (
    <nav class="docs-aside" aria-label="On this page">
      <p class="docs-shelf">On this page</p>
      <ul>
        {PARTS.map(([id, name]) => (
          <li key={id}>
            <a href={`#${id}`}>{name}</a>
          </li>
        ))}
      </ul>
    </nav>
  );
}

function SignInFirst({ isSignedIn }: { readonly isSignedIn: boolean }) {
  return (
    <section id="console" class="docs-operation">
      <h2>Console</h2>
      <p>
        {isSignedIn ? "The socket is switched off on this server." : (
          <>
            <a href="/login?next=%2Fdocs%2Fevents">Sign in</a>{" "}
            to connect from here and see messages as they come.
          </>
        )}
      </p>
    </section>
  );
}

/** A connection of its own, beside the page's: what is done here disturbs nothing. */
function Console(
  { examples }: { readonly examples: readonly (readonly [string, string])[] },
) {
  return (
    <section
      id="console"
      class="docs-operation"
      aria-labelledby="console-title"
    >
      <h2 id="console-title">Console</h2>
      <div id="docs-console" class="docs-console" data-open="false">
        <p class="docs-starts">
          <Button kind="primary" data-connect disabled>Connect</Button>
          <Button data-clear>Clear</Button>
          <span role="status" data-state>Not connected</span>
        </p>
        <form>
          <label class="docs-parameter">
            <span>Begin with</span>
            <select class="input">
              {examples.map(([name, text]) => (
                <option key={name} value={text}>{name}</option>
              ))}
            </select>
          </label>
          <label class="docs-parameter">
            <span>Message, its id is added</span>
            <textarea class="input mono" rows={6} spellcheck={false}>
              {examples[0]?.[1] ?? ""}
            </textarea>
          </label>
          <p class="docs-starts">
            <Button type="submit">Send</Button>
            <span class="mistake" role="alert" data-mistake />
          </p>
        </form>
        <ol aria-label="Messages, newest first" tabIndex={0} />
      </div>
    </section>
  );
}

function Channels({ document }: { readonly document: JsonObject }) {
  const channels = entries(document.channels)
    .filter(([key]) => key !== "socket");
  return (
    <section id="channels" class="docs-operation">
      <h2>Channels</h2>
      <dl class="docs-channels">
        {channels.map(([key, channel]) => (
          <div key={key}>
            <dt>
              <code>{textOf(channel.address)}</code>
            </dt>
            <dd>
              {textOf(channel.description)}
              <span class="docs-meaning">
                {entries(channel.messages).map(([type]) => type).join(", ")}
              </span>
            </dd>
          </div>
        ))}
      </dl>
    </section>
  );
}

function Messages(
  { id, title, messages }: {
    readonly id: string;
    readonly title: string;
    readonly messages: readonly JsonObject[];
  },
) {
  return (
    <section id={id} class="docs-operation">
      <h2>{title}</h2>
      {messages.map((message) => (
        <details key={textOf(message.name)}>
          <summary>
            <code>{textOf(message.name)}</code>{" "}
            <span class="docs-meaning">{textOf(message.summary)}</span>
          </summary>
          <SchemaView schema={recordOf(message.payload ?? null) ?? {}} />
          {listOf(message.examples).map((example, index) => (
            <pre key={index} class="docs-code" tabIndex={0}>
              <code>
                {JSON.stringify(recordOf(example)?.payload, null, 2)}
              </code>
            </pre>
          ))}
        </details>
      ))}
    </section>
  );
}

function Codes({ document }: { readonly document: JsonObject }) {
  const socket = recordOf(recordOf(document.channels ?? null)?.socket ?? null);
  return (
    <section id="codes" class="docs-operation">
      <h2>Codes</h2>
      <p>
        Of an <code>ERROR</code>:{" "}
        {listOf(socket?.["x-error-codes"]).map((code) => (
          <>
            <code>{textOf(code)}</code>
            {" "}
          </>
        ))}
      </p>
      <p>
        Of a close: {listOf(socket?.["x-close-codes"]).map((one) => {
          const { code, name, reconnect } = recordOf(one) ?? {};
          return (
            <>
              <code>{code}</code> {textOf(name)}
              {reconnect === true && " (come back)"};{" "}
            </>
          );
        })}
      </p>
      <p>
        What they mean: <a href="/docs/protocol#frames-and-messages">errors</a>,
        {" "}
        <a href="/docs/protocol#staying-connected">closes</a>.
      </p>
    </section>
  );
}

/** @param prefix Of its key; "" for publications, which have none. */
function messagesOf(document: JsonObject, prefix: string) {
  return entries(recordOf(document.components ?? null)?.messages)
    .filter(([key]) =>
      prefix === "" ? !key.includes(".") : key.startsWith(prefix)
    )
    .map(([, message]) => message);
}

function clientExamples(document: JsonObject) {
  return messagesOf(document, "client.").flatMap(({ name, examples }) => {
    const example = recordOf(listOf(examples)[0] ?? null)?.payload;
    if (example === undefined || name === "HEARTBEAT") return [];
    const { id: _, messageId: __, ...message } = recordOf(example) ?? {};
    return [[textOf(name) ?? "", JSON.stringify(message, null, 2)] as const];
  });
}

function entries(value: JsonObject[string] | undefined) {
  return Object.entries(recordOf(value ?? null) ?? {}).map((
    [key, one],
  ) => [key, recordOf(one) ?? {}] as const);
}
