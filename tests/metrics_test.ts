/** What a running server counts adds up to what was done to it. */
import { assertEquals, assertMatch } from "@std/assert";
import { readConfig } from "../config.ts";
import { SILENT } from "../realtime/logger.ts";
import { startServer } from "../server.ts";

const TOKEN = "token-for-tests";

Deno.test("[M5] /metrics carries the designed names, and counts what happened", async () => {
  const folder = await Deno.makeTempDir({ prefix: "regulens_metrics_" });
  const { config } = readConfig({
    PORT: "0",
    REGULENS_DATA: folder,
    REGULENS_API_TOKEN: TOKEN,
  });
  const server = await startServer(config, {
    logging: { logger: () => SILENT },
    version: "0.0.0",
  });
  const ask = async (path: string, body?: object) => {
    const response = await fetch(server.url + path, {
      method: body ? "POST" : "GET",
      headers: { authorization: `Bearer ${TOKEN}` },
      body: body && JSON.stringify(body),
    });
    return {
      type: response.headers.get("content-type"),
      text: await response.text(),
    };
  };
  try {
    const before = readFigures((await ask("/metrics")).text);
    await ask("/api/v1/broadcast", { payload: { hello: 1 } });
    await ask("/api/v1/alerts", { severity: "low", title: "A", body: "" });
    await ask("/api/v1/alerts", { severity: "none" });
    await (await fetch(`${server.url}/ws`)).body?.cancel();
    const guess = await fetch(`${server.url}/api/v1/me`, {
      headers: { authorization: "Bearer guessed" },
    });
    await guess.body?.cancel();
    const { text, type } = await ask("/metrics");
    assertMatch(type ?? "", /^text\/plain; version=0\.0\.4/);
    const after = readFigures(text);
    const grown = (name: string) =>
      (after.get(name) ?? NaN) - (before.get(name) ?? 0);
    assertEquals(grown("regulens_commands_total"), 1);
    assertEquals(grown("regulens_append_seconds_count"), 1);
    assertEquals(
      grown('regulens_refused_handshakes_total{reason="malformed"}'),
      1,
    );
    assertEquals(
      grown('regulens_refused_credentials_total{kind="bearer"}'),
      1,
    );
    // The broadcast and the alert.
    assertEquals(grown('regulens_http_requests_total{status="201"}'), 2);
    assertEquals(grown('regulens_http_requests_total{status="422"}'), 1);
    assertEquals(
      after.get("regulens_append_seconds_count"),
      after.get('regulens_append_seconds_bucket{le="+Inf"}'),
    );
    for (
      const name of [
        "regulens_connections",
        "regulens_handshakes_total",
        'regulens_refused_handshakes_total{reason="not_signed_in"}',
        "regulens_rate_limited_messages_total",
        "regulens_dropped_laggards_total",
        'regulens_recoveries_total{source="log"}',
        "regulens_history_reads_total",
        "regulens_sent_bytes_total",
        'regulens_received_bytes_total{transport="websocket"}',
        'regulens_received_bytes_total{transport="sse"}',
        "regulens_subscriptions",
        "regulens_messages_received_total",
        "regulens_messages_sent_total",
        "regulens_publications_total",
        "regulens_delivery_seconds_count",
        "regulens_lagging_connections",
        "regulens_event_loop_lag_seconds",
        "regulens_jobs_running",
        "regulens_cache_bytes",
        "regulens_resident_memory_bytes",
        "regulens_node_peers",
        "regulens_node_alive",
        "regulens_node_messages_sent_total",
        "regulens_node_messages_received_total",
        "regulens_node_messages_dropped_total",
        "regulens_node_message_gaps_total",
      ]
    ) assertEquals(Number.isFinite(after.get(name)), true, name);
  } finally {
    await server.stop();
    await Deno.remove(folder, { recursive: true });
  }
});

/** By name and labels as they are written; each name has one HELP and TYPE, before its samples. */
function readFigures(text: string): ReadonlyMap<string, number> {
  const figures = new Map<string, number>();
  const typed = new Set<string>();
  for (const line of text.trimEnd().split("\n")) {
    const [, declared] = line.match(/^# TYPE (\S+)/) ?? [];
    if (declared !== undefined) {
      assertEquals(typed.has(declared), false, declared);
      typed.add(declared);
    }
    if (line.startsWith("#")) continue;
    const [, key, value] = line.match(/^(\S+) (\S+)$/) ?? [];
    const name = key.replace(/\{.*/, "");
    const family = name.replace(/_(bucket|sum|count)$/, "");
    assertEquals(typed.has(name) || typed.has(family), true, name);
    figures.set(key, Number(value));
  }
  return figures;
}
