/** Schemas and routes of the session commands, and that they run over a real log. */
import { assert, assertEquals } from "@std/assert";
import { hasRole } from "../../../domain/access.ts";
import {
  sessionCommands,
  sessions,
} from "../../../domain/sessions/commands.ts";
import { Commands } from "../../../realtime/commands.ts";
import { createMemoryLog } from "../../../realtime/log/memory.ts";
import { FAY, MIA } from "./fixture.ts";

function problems(name: string, input: unknown): string[] {
  const declaration = sessionCommands.find((one) => one.name === name);
  const parsed = declaration!.input.safeParse(input);
  return parsed.success
    ? []
    : parsed.error.issues.map(({ path }) => path.join("."));
}

Deno.test("[P7] what is wrong with an input is named by its path", () => {
  const cases: [string, unknown, string[]][] = [
    ["open_session", {}, ["title"]],
    ["open_session", { title: " " }, ["title"]],
    ["open_session", { title: "x", id: "Up" }, ["id"]],
    ["open_session", { title: "x", id: "a".repeat(65) }, ["id"]],
    ["open_session", { title: "x", id: "a-B_9" }, []],
    [
      "open_session",
      { title: "x", participants: [{ userId: "a b", weight: 0 }] },
      ["participants.0.userId", "participants.0.weight"],
    ],
    [
      "open_session",
      { title: "x", participants: [{ userId: "a" }, { userId: "a" }] },
      ["participants"],
    ],
    ["post_message", { sessionId: "s", text: "" }, ["text"]],
    ["post_message", { sessionId: "s", text: "x".repeat(4001) }, ["text"]],
    ["post_message", { sessionId: "s", text: ` ${"x".repeat(4000)} ` }, []],
    ["post_message", { sessionId: "s", text: "\ud800" }, ["text"]],
    ["set_participant_status", { sessionId: "s", status: "left" }, ["status"]],
    ["remove_participant", { sessionId: "s" }, ["userId"]],
    ["add_participant", { sessionId: "s", role: "admin" }, ["role"]],
    ["add_participant", { sessionId: "s", userId: "é", weight: 0.5 }, []],
  ];
  for (const [name, input, paths] of cases) {
    assertEquals(problems(name, input), paths, JSON.stringify(input));
  }
});

Deno.test("[P8] every path parameter is a field of its input", () => {
  for (const { name, http } of sessionCommands) {
    for (const [, field] of http.path.matchAll(/\{(\w+)\}/g)) {
      const missing = problems(name, {});
      assert(
        missing.includes(field) || field === "userId",
        `${name} lacks ${field}`,
      );
    }
  }
  const routes = sessionCommands.map(({ http }) => http.method + http.path);
  assertEquals(new Set(routes).size, routes.length);
});

Deno.test("[P13] opening a session again with its messageId gives the first one", async () => {
  const log = createMemoryLog();
  const commands = new Commands({
    log,
    declarations: sessionCommands,
    authorize: hasRole,
  });
  const open = () =>
    commands.execute("open_session", { title: "Review" }, {
      user: FAY,
      messageId: "m",
    });
  const [first, again] = await Promise.all([open(), open()]);
  const later = await open();
  assertEquals(again, { ...first, duplicate: true });
  assertEquals(later, { ...first, duplicate: true });
  assertEquals((await log.query("sessions")).rows.length, 1);
  commands.close();
  await log.close();
});

Deno.test("[P24] the fold at the answer's position holds what was written", async () => {
  const log = createMemoryLog();
  const commands = new Commands({
    log,
    declarations: sessionCommands,
    authorize: hasRole,
  });
  await commands.execute("open_session", { id: "s1", title: "Review" }, {
    user: FAY,
  });
  await commands.execute("join_session", { sessionId: "s1" }, { user: MIA });
  const { positions } = await commands.execute(
    "post_message",
    { sessionId: "s1", text: "  hello  " },
    { user: MIA },
  );
  const { state, position } = await commands.state(
    sessions,
    "session:s1",
    "session",
  );
  assert(state.status === "open");
  assertEquals(position, positions[0]);
  assertEquals(state.activity.at(-1)?.text, "hello");
  commands.close();
  await log.close();
});
