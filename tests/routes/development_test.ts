/** What the development bar asks of the server: a restart without its end, a simulated participant. */
import { assert, assertEquals } from "@std/assert";
import { readConfig } from "../../config.ts";
import { hasRole } from "../../domain/access.ts";
import { sessionCommands } from "../../domain/sessions/commands.ts";
import { Commands } from "../../realtime/commands.ts";
import { createMemoryLog } from "../../realtime/log/memory.ts";
import { SILENT } from "../../realtime/logger.ts";
import { commandRoutes } from "../../routes/api/commands.ts";
import { developmentRoutes } from "../../routes/development.ts";
import {
  LIFETIME_MS,
  SimulatedParticipants,
  STEP_MS,
} from "../../routes/development_participant.ts";
import { readManifest } from "../../routes/pages/assets.ts";
import { startServer } from "../../server.ts";
import { FakeClock } from "../realtime/client/fakes.ts";
import { ANA, BO, type Fixture, fixture } from "./fixture.ts";

const FLO = { name: "Flo", role: "facilitator" } as const;
const MIA = { name: "Mia", role: "member" } as const;
const OBI = { name: "Obi", role: "observer" } as const;
const STEPS = LIFETIME_MS / STEP_MS;

/** The routes over a log in memory, with a clock that the test turns. */
async function developmentFixture() {
  const log = createMemoryLog();
  const commands = new Commands({
    log,
    declarations: sessionCommands,
    authorize: hasRole,
  });
  const clock = new FakeClock();
  const refused = Promise.withResolvers<void>();
  let pausing = Promise.withResolvers<void>();
  const simulated = new SimulatedParticipants({
    commands,
    newId: () => "stay",
    logger: { ...SILENT, info: () => refused.resolve() },
    after: (delayMs, run) => {
      const cancel = clock.after(delayMs, run);
      if (delayMs === STEP_MS) pausing.resolve();
      return cancel;
    },
  });
  const f: Fixture = await fixture({
    log,
    parts: {
      routes: [
        ...commandRoutes({ commands }),
        ...developmentRoutes({
          hub: { sendAway: () => f.hub.sendAway() },
          commands,
          simulated,
        }),
      ],
    },
  });
  return {
    ...f,
    clock,
    commands,
    simulated,
    /** Resolves when it was told no. */
    refused: refused.promise,
    /** Waits until it has done what it had to do, then lets it do the next thing. */
    step: async () => {
      await pausing.promise;
      pausing = Promise.withResolvers<void>();
      clock.advance(STEP_MS);
    },
    /** Resolves with the entry that tells this. */
    happens: (event: string) => {
      const { promise, resolve } = Promise.withResolvers<void>();
      const stop = log.feed((entries) => {
        if (!entries.some(({ bodyText }) => bodyText?.includes(event))) return;
        stop();
        resolve();
      });
      return promise;
    },
    open: async (session: object = {}) => {
      const input = { id: "s1", title: "Budget", ...session };
      const answer = await f.callAs(FLO, "POST", "/api/v1/sessions", input);
      assertEquals(answer.status, 201);
    },
    /** Who did what in the session, in order, after it was opened. */
    record: async () =>
      (await log.read("session:s1", 1, 200)).map(({ sender, bodyText }) => {
        const body = JSON.parse(bodyText ?? "{}");
        return `${sender} ${body.event} ${body.text ?? body.status ?? ""}`
          .trim();
      }),
    [Symbol.dispose]: () => {
      f[Symbol.dispose]();
      commands.close();
    },
  };
}

const PARTICIPANT = "/development/sessions/s1/participant";

Deno.test("[P20] a restart tells each its slot, closes all with 4001, and goes on serving", async () => {
  using f = await developmentFixture();
  const gone = [await f.connect(ANA), await f.connect(BO)];
  const answer = await f.callAs(FLO, "POST", "/development/restart");
  assertEquals([answer.status, await answer.json()], [200, { connections: 2 }]);
  assertEquals(gone.map(({ closed }) => closed), [[4001], [4001]]);
  assertEquals(gone.map(({ sent }) => sent.at(-1)), [
    { type: "DRAINING", payload: { reconnectInMs: 0 } },
    { type: "DRAINING", payload: { reconnectInMs: 2 } },
  ]);
  assertEquals([f.hub.size, f.hub.draining], [0, false]);
  const back = await f.connect(ANA);
  assertEquals([back.closed, f.hub.size], [[], 1]);
});

Deno.test("a restart takes a facilitator, from a page of ours", async () => {
  using f = await developmentFixture();
  const { closed } = await f.connect(ANA);
  const path = "/development/restart";
  assertEquals((await f.callAs(MIA, "POST", path)).status, 403);
  assertEquals((await f.request(path, { method: "POST" })).status, 401);
  const cookie = `regulens=${f.signIns.open(FLO).cookie}`;
  const forged = await f.request(path, {
    method: "POST",
    headers: { cookie, "sec-fetch-site": "cross-site" },
  });
  assertEquals([forged.status, (await forged.json()).reason], [
    403,
    "cross_site",
  ]);
  assertEquals(closed, []);
});

Deno.test("[P9] the simulated participant joins, writes, goes away and leaves, in order and in the log", async () => {
  using f = await developmentFixture();
  await f.open();
  const answer = await f.callAs(MIA, "POST", PARTICIPANT);
  assertEquals([answer.status, await answer.json()], [200, {
    userId: "simulated:robin",
    name: "Robin (simulated)",
    lifetimeMs: 120_000,
  }]);
  for (let n = 0; n < 7; n++) await f.step();
  assertEquals((await f.callAs(MIA, "DELETE", PARTICIPANT)).status, 204);
  assertEquals(await f.record(), [
    "simulated:robin participant_joined",
    "simulated:robin message_posted I have read the summary twice. The second finding is the one that worries me.",
    "simulated:robin message_posted Who owns the follow-up if we go ahead?",
    "simulated:robin message_posted The figures from last quarter say otherwise, see page 4.",
    "simulated:robin message_posted I can live with that if it is reviewed in three months.",
    "simulated:robin participant_status away",
    "simulated:robin participant_status active",
    "simulated:robin message_posted Let us write the condition down before we vote.",
    "simulated:robin participant_left",
  ]);
  const [joined] = await f.log.read("session:s1", 1, 1);
  assertEquals(JSON.parse(joined.bodyText ?? "").name, "Robin (simulated)");
  assertEquals(f.clock.pending, 0);
});

Deno.test("the simulated participant leaves by itself after two minutes", async () => {
  using f = await developmentFixture();
  await f.open();
  const left = f.happens("participant_left");
  await f.simulated.start("s1", ANA);
  for (let n = 0; n < STEPS; n++) await f.step();
  await left;
  assertEquals((await f.record()).at(-1), "simulated:robin participant_left");
  assertEquals(f.clock.now(), LIFETIME_MS);
  assertEquals(f.clock.pending, 0);
});

Deno.test("the simulated participant leaves when the server stops, and comes no more", async () => {
  using f = await developmentFixture();
  await f.open();
  await f.simulated.start("s1", ANA);
  await f.simulated.close();
  assertEquals(await f.record(), [
    "simulated:robin participant_joined",
    "simulated:robin participant_left",
  ]);
  assertEquals(f.clock.pending, 0);
  assertEquals((await f.callAs(MIA, "POST", PARTICIPANT)).status, 503);
});

Deno.test("a session that closes ends the simulated participant", async () => {
  using f = await developmentFixture();
  await f.open();
  await f.simulated.start("s1", ANA);
  await f.callAs(FLO, "POST", "/api/v1/sessions/s1/close");
  await f.step();
  await f.refused;
  await f.simulated.stop("s1");
  assertEquals([f.simulated.has("s1"), f.clock.pending], [false, 0]);
  assertEquals((await f.record()).at(-1), "flo session_closed");
});

Deno.test("the simulated participant takes part once, and comes back after it left", async () => {
  using f = await developmentFixture();
  await f.open();
  await Promise.all([
    f.simulated.start("s1", ANA),
    f.simulated.start("s1", BO),
  ]);
  const leaving = f.simulated.stop("s1");
  await f.simulated.start("s1", ANA);
  await leaving;
  assertEquals(f.simulated.has("s1"), true);
  await f.simulated.close();
  assertEquals(await f.record(), [
    "simulated:robin participant_joined",
    "simulated:robin participant_left",
    "simulated:robin participant_joined",
    "simulated:robin participant_left",
  ]);
});

Deno.test("[P8] into a session of its participants a facilitator of it brings the simulated one", async () => {
  using f = await developmentFixture();
  await f.open({ open: false, participants: [{ userId: "mia", name: "Mia" }] });
  const stranger = { name: "Sam", role: "member" } as const;
  assertEquals((await f.callAs(stranger, "POST", PARTICIPANT)).status, 404);
  assertEquals((await f.callAs(stranger, "DELETE", PARTICIPANT)).status, 404);
  assertEquals((await f.callAs(MIA, "POST", PARTICIPANT)).status, 403);
  assertEquals([await f.record(), f.simulated.has("s1")], [[], false]);
  assertEquals((await f.callAs(FLO, "POST", PARTICIPANT)).status, 200);
  const written = f.happens("message_posted");
  await f.step();
  await written;
  await f.simulated.close();
  assertEquals((await f.record()).map((line) => line.split(" ", 2).join(" ")), [
    "flo participant_joined",
    "simulated:robin message_posted",
    "simulated:robin participant_left",
  ]);
});

Deno.test("the simulated participant takes a member, signed in, from a page of ours", async () => {
  using f = await developmentFixture();
  await f.open();
  assertEquals((await f.callAs(OBI, "POST", PARTICIPANT)).status, 403);
  for (const method of ["POST", "DELETE"]) {
    assertEquals((await f.request(PARTICIPANT, { method })).status, 401);
    const cookie = `regulens=${f.signIns.open(MIA).cookie}`;
    const headers = { cookie, origin: "https://elsewhere.example" };
    const forged = await f.request(PARTICIPANT, { method, headers });
    assertEquals((await forged.json()).reason, "cross_site");
  }
  const missing = "/development/sessions/nothing/participant";
  assertEquals((await f.callAs(MIA, "POST", missing)).status, 404);
  assertEquals(await f.record(), []);
});

/** What the whole program answers to a facilitator, with this setting. */
async function program(setting: string) {
  const folder = await Deno.makeTempDir({ prefix: "regulens_development_" });
  const { config } = readConfig({
    PORT: "0",
    REGULENS_DATA: folder,
    REGULENS_DEV: setting,
  });
  const logging = { logger: () => SILENT };
  const server = await startServer(config, { logging, version: "0.0.0" });
  try {
    const signIn = await fetch(`${server.url}/login`, {
      method: "POST",
      body: new URLSearchParams({ name: "Flo", role: "facilitator" }),
      redirect: "manual",
    });
    await signIn.body?.cancel();
    const cookie = signIn.headers.getSetCookie()[0].split(";")[0];
    const headers = { cookie, origin: server.url };
    const flo = { userId: "flo", name: "Flo", roles: ["facilitator"] };
    const session = { id: "s1", title: "Budget" };
    await server.commands.execute("open_session", session, { user: flo });
    const call = async (method: string, path: string) => {
      const answer = await fetch(server.url + path, { method, headers });
      return { status: answer.status, text: await answer.text() };
    };
    return {
      page: (await call("GET", "/sessions/s1")).text,
      restart: (await call("POST", "/development/restart")).status,
      join: (await call("POST", PARTICIPANT)).status,
      openapi: (await call("GET", "/api/v1/openapi.json")).text,
    };
  } finally {
    // Also with the simulated participant still there: no timer may be left.
    await server.stop();
    await Deno.remove(folder, { recursive: true });
  }
}

Deno.test("outside development there is no route, no markup and no script of it", async () => {
  const { page, restart, join, openapi } = await program("off");
  assertEquals([restart, join], [404, 404]);
  assertEquals(page.match(/development/gi), null);
  assertEquals(openapi.match(/development/gi), null);
});

Deno.test("the bar's code is in a script of its own, and in no other", async () => {
  const manifest = await readManifest();
  const own = manifest.islands.DevelopmentBar[0];
  const others = new Set(
    [...manifest.boot, ...Object.values(manifest.islands).flat()],
  );
  others.delete(own);
  const holds = async (url: string) => {
    const file = new URL(`../..${url}`, import.meta.url);
    const text = await Deno.readTextFile(file);
    return /\/development\/|Artificially/.test(text);
  };
  assertEquals(await holds(own), true);
  for (const url of others) assertEquals(await holds(url), false, url);
});

Deno.test("in development every page carries the bar, and its routes answer", async () => {
  const { page, restart, join } = await program("on");
  assertEquals([restart, join], [200, 200]);
  assert(page.includes('data-island="DevelopmentBar"'));
  assert(page.includes('id="state-DevelopmentBar"'));
  assert(/modulepreload[^>]*DevelopmentBar/.test(page));
});
