/** The place of a session is where its own commands write. */
import { assertEquals } from "@std/assert";
import { hasRole } from "../../../domain/access.ts";
import { sessionCommands } from "../../../domain/sessions/commands.ts";
import { sessionPlace } from "../../../domain/sessions/session_place.ts";
import { Commands } from "../../../realtime/commands.ts";
import { createMemoryLog } from "../../../realtime/log/memory.ts";
import { FAY } from "./fixture.ts";

Deno.test("[P12] what rests on a session reads what the session's own commands wrote", async () => {
  const commands = new Commands({
    log: createMemoryLog(),
    declarations: sessionCommands,
    authorize: hasRole,
  });
  const stateOf = async (sessionId: string) => {
    const { area, channel, subject } = sessionPlace(sessionId);
    return (await commands.state(area, channel, subject)).state;
  };
  const opening = { id: "s1", title: "Weekly review" };
  await commands.execute("open_session", opening, { user: FAY });
  const found = await stateOf("s1");
  assertEquals(found.status === "open" && found.title, "Weekly review");
  assertEquals((await stateOf("s2")).status, "none");
  commands.close();
});
