/** Dashboard, alert rules and the table of metrics name what the server counts, and no more. */
import { assert, assertEquals } from "@std/assert";
import { parse } from "yaml";
import { readConfig } from "../../config.ts";
import { SILENT } from "../../realtime/logger.ts";
import { startServer } from "../../server.ts";

const DOCS = new URL("../../docs/operations/", import.meta.url);

/** By name its type and help, as a running server tells them. */
async function counted(): Promise<Map<string, { type: string; help: string }>> {
  const folder = await Deno.makeTempDir({ prefix: "regulens_docs_" });
  const { config } = readConfig({ PORT: "0", REGULENS_DATA: folder });
  const server = await startServer(config, {
    logging: { logger: () => SILENT },
    version: "0.0.0",
  });
  try {
    const text = await (await fetch(`${server.url}/metrics`)).text();
    const types = new Map(
      [...text.matchAll(/^# TYPE (\S+) (\S+)$/gm)].map((
        [, name, type],
      ) => [name, type]),
    );
    return new Map(
      [...text.matchAll(/^# HELP (\S+) (.*)$/gm)].map(([, name, help]) => [
        name,
        { type: types.get(name) ?? "", help },
      ]),
    );
  } finally {
    await server.stop();
    await Deno.remove(folder, { recursive: true });
  }
}

const metrics = await counted();
const samples = new Set(
  [...metrics].flatMap(([name, { type }]) =>
    type === "histogram"
      ? [`${name}_bucket`, `${name}_sum`, `${name}_count`]
      : [name]
  ),
);

/** Names of ours in an expression that are not there. */
function unknownIn(expression: string): string[] {
  const named = expression.match(/regulens_\w+/g) ?? [];
  return named.filter((name) => !samples.has(name));
}

Deno.test("[M8] every panel of the dashboard asks for what is counted", async () => {
  const dashboard = JSON.parse(
    await Deno.readTextFile(new URL("dashboard.json", DOCS)),
  );
  assertEquals(dashboard.panels.length, 12);
  for (const { title, targets } of dashboard.panels) {
    assert(targets.length > 0, title);
    for (const { expr } of targets) {
      assert(expr.includes("regulens_"), `${title}: ${expr}`);
      assertEquals(unknownIn(expr), [], title);
    }
  }
  assertEquals(unknownIn(dashboard.templating.list[1].query), []);
  // And a wrong name would be seen.
  assertEquals(unknownIn("rate(regulens_nothing_total[5m])"), [
    "regulens_nothing_total",
  ]);
});

Deno.test("[M8] every alert rule asks for what is counted, and says what to do", async () => {
  const { groups } = parse(
    await Deno.readTextFile(new URL("alerts.yml", DOCS)),
  );
  const rules = groups.flatMap((group: { rules: unknown[] }) => group.rules);
  assertEquals(rules.length, 11);
  for (const { alert, expr, for: during, labels, annotations } of rules) {
    assertEquals(unknownIn(expr), [], alert);
    assert(expr.includes("regulens"), alert);
    assert(/^\d+[smh]$/.test(during), alert);
    assert(["critical", "high", "medium", "low"].includes(labels.severity));
    assert(annotations.summary && annotations.description, alert);
  }
});

Deno.test("[M8] the table of metrics is what the server says of itself", async () => {
  const text = await Deno.readTextFile(new URL("metrics.md", DOCS));
  const rows = [
    ...text.matchAll(/^\| `(regulens_\w+)`\s*\| (\w+)\s*\| (.*?)\s*\|$/gm),
  ]
    .map(([, name, type, help]) => ({ name, type, help }));
  assertEquals(
    rows,
    [...metrics].map(([name, { type, help }]) => ({ name, type, help })),
  );
});
