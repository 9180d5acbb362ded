/** Who sees a session, asked by pages and lists: one answer for all of them. */
import { assertEquals, assertRejects } from "@std/assert";
import { hasRole } from "../../domain/access.ts";
import { Refusal } from "../../domain/refusal.ts";
import { sessionCommands } from "../../domain/sessions/commands.ts";
import { Commands } from "../../realtime/commands.ts";
import { createMemoryLog } from "../../realtime/log/memory.ts";
import {
  demandSessionSight,
  maySeeSession,
  readSession,
  seenSession,
} from "../../routes/session_sight.ts";

const FLO = { userId: "flo", name: "Flo", roles: ["facilitator"] };
const ANA = { userId: "ana", name: "Ana", roles: ["member"] };
const OLI = { userId: "oli", name: "Oli", roles: ["member"] };

/** `plain` is everyone's to see, `secret` that of Flo and Ana. */
async function withSessions(
  test: (commands: Commands) => Promise<void>,
): Promise<void> {
  const commands = new Commands({
    log: createMemoryLog(),
    declarations: sessionCommands,
    authorize: hasRole,
  });
  const open = (input: object) =>
    commands.execute("open_session", input, { user: FLO });
  await open({ id: "plain", title: "Plain", open: true });
  const participants = [{ userId: "ana", name: "Ana" }];
  await open({ id: "secret", title: "Secret", open: false, participants });
  await test(commands);
  commands.close();
}

Deno.test("[P8] a closed circle is seen by those in it, an open one by all, and none that is not", async () => {
  await withSessions(async (commands) => {
    const seenBy = async (user: typeof ANA) => {
      const seen: string[] = [];
      for (const id of ["plain", "secret", "unknown", "../secret", ""]) {
        const session = await seenSession(commands, user, id);
        assertEquals(
          await maySeeSession(commands, user, id),
          session !== null,
        );
        if (session) seen.push(session.title);
      }
      return seen;
    };
    assertEquals(await seenBy(ANA), ["Plain", "Secret"]);
    assertEquals(await seenBy(OLI), ["Plain"]);
    assertEquals(await seenBy({ ...OLI, roles: [] }), []);
  });
});

Deno.test("[P8] what belongs to no session is everyone's", async () => {
  await withSessions(async (commands) => {
    assertEquals(await maySeeSession(commands, OLI, null), true);
  });
});

Deno.test("[P8] one that may not be seen is refused as one that is not there", async () => {
  await withSessions(async (commands) => {
    await demandSessionSight(commands, ANA, "secret");
    for (const id of ["secret", "unknown"]) {
      await assertRejects(
        () => demandSessionSight(commands, OLI, id),
        Refusal,
        new Refusal("session_not_found").message,
      );
    }
  });
});

Deno.test("[P8] the server itself reads a session as it is, whoever asks", async () => {
  await withSessions(async (commands) => {
    const { state, position } = await readSession(commands, "secret");
    assertEquals([state.status, position.offset > 0], ["open", true]);
    assertEquals((await readSession(commands, "unknown")).state.status, "none");
  });
});
