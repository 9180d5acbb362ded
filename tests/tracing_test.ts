/** Spans of the real program, as a collector gets them from Deno's exporter. */
import { assert, assertEquals } from "@std/assert";
import { openTracing } from "../tracing.ts";
import { startServer } from "./support/server.ts";

interface Collected {
  readonly name: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
}

interface Export {
  readonly resourceSpans?: readonly {
    readonly scopeSpans: readonly { readonly spans: readonly Collected[] }[];
  }[];
}

Deno.test("[OP10] handshake, command, append, fan-out and job arrive as spans below their cause", async () => {
  const spans = new Map<string, Collected>();
  let changed = Promise.withResolvers<void>();
  await using collector = Deno.serve(
    { port: 0, hostname: "127.0.0.1", onListen: () => {} },
    async (request) => {
      if (new URL(request.url).pathname !== "/v1/traces") {
        await request.body?.cancel();
        return Response.json({});
      }
      const { resourceSpans = [] }: Export = await request.json();
      for (const { scopeSpans } of resourceSpans) {
        for (const span of scopeSpans.flatMap(({ spans }) => spans)) {
          spans.set(span.spanId, span);
        }
      }
      changed.resolve();
      changed = Promise.withResolvers();
      return Response.json({});
    },
  );
  await using server = await startServer({
    env: {
      OTEL_DENO: "true",
      OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${collector.addr.port}`,
      OTEL_EXPORTER_OTLP_PROTOCOL: "http/json",
      OTEL_BSP_SCHEDULE_DELAY: "100",
    },
  });
  const { ticket } = await server.call("POST", "/api/v1/tickets", {});
  const socket = new WebSocket(
    `${server.url.replace("http", "ws")}/ws?ticket=${ticket}`,
  );
  const subscribed = Promise.withResolvers<void>();
  socket.onmessage = ({ data }) => {
    if (data.includes("SUBSCRIBED")) subscribed.resolve();
  };
  await new Promise((resolve) => socket.onopen = resolve);
  socket.send(JSON.stringify({ type: "SUBSCRIBE", id: 1, channel: "alerts" }));
  await subscribed.promise;
  await server.call("POST", "/api/v1/alerts", {
    severity: "low",
    title: "Traced",
    body: "",
  });
  await server.call("POST", "/api/v1/jobs", {
    type: "decisions.batch",
    input: {
      decisions: [{
        method: "wsm",
        matrix: [[1, 2], [2, 1]],
        weights: [1, 1],
        directions: ["benefit", "benefit"],
      }],
    },
  });
  const all = () => [...spans.values()];
  const below = (name: string, parent: string) =>
    all().some((span) =>
      span.name === name &&
      spans.get(span.parentSpanId ?? "")?.name === parent
    );
  const wanted: readonly (readonly [string, string])[] = [
    ["append", "command"],
    ["fan-out", "append"],
    ["command", "job"],
  ];
  const isThere = () =>
    all().some(({ name }) => name === "handshake") &&
    wanted.every(([name, parent]) => below(name, parent));
  const deadline = AbortSignal.timeout(20_000);
  deadline.addEventListener("abort", () => changed.resolve());
  while (!isThere() && !deadline.aborted) await changed.promise;
  assertEquals(
    wanted.filter(([name, parent]) => !below(name, parent)),
    [],
    all().map(({ name }) => name).join(),
  );
  assert(all().some(({ name }) => name === "handshake"));
  socket.close();
});

Deno.test("[OP10] without OTEL_DENO there is no tracer to ask", async () => {
  assertEquals(await openTracing(undefined), undefined);
  assertEquals(await openTracing("false"), undefined);
});
