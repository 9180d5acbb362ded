/** Who may do what with a job, outside a session and inside one. */
import { assertEquals } from "@std/assert";
import {
  ADA,
  BEN,
  FAY,
  jobHouse,
  LEASE_MS,
  MIA,
  OLI,
  SERVER,
} from "./job_house.ts";

async function codeOf(promise: Promise<unknown>): Promise<unknown> {
  return await promise.then(() => "fine", ({ code }) => code);
}

Deno.test("[J2] a kind says who may submit it", async () => {
  using f = jobHouse();
  const sweep = { type: "sweep", input: {} };
  assertEquals(await codeOf(f.submit(OLI)), "not_allowed");
  assertEquals(await codeOf(f.submit(MIA)), "fine");
  assertEquals(await codeOf(f.submit(MIA, sweep)), "not_allowed");
  assertEquals(await codeOf(f.submit(FAY, sweep)), "fine");
});

Deno.test("[J2] in a session its own roles count, and a kind may ask for more", async () => {
  using f = jobHouse();
  await f.openSession();
  const inside = { sessionId: "s1" };
  assertEquals(await codeOf(f.submit(MIA, inside)), "fine");
  assertEquals(await codeOf(f.submit(OLI, inside)), "not_allowed");
  assertEquals(await codeOf(f.submit(BEN, inside)), "session_not_found");
  const sweep = { ...inside, type: "sweep", input: {} };
  assertEquals(await codeOf(f.submit(MIA, sweep)), "not_allowed");
  assertEquals(await codeOf(f.submit(FAY, sweep)), "fine");
});

Deno.test("[J2] submitters and those who lead cancel and retry; others do not", async () => {
  using f = jobHouse();
  const id = await f.submit(MIA);
  for (const name of ["cancel_job", "retry_job"]) {
    assertEquals(await f.does(BEN, name, id), "not_allowed");
    assertEquals(await f.does(OLI, name, id), "not_allowed");
    assertEquals(await f.does(FAY, name, id), "fine");
    assertEquals(await f.does(ADA, name, id), "fine");
  }
});

Deno.test("[J2] who may not see a session learns nothing of its jobs", async () => {
  using f = jobHouse();
  await f.openSession();
  const id = await f.submit(MIA, { sessionId: "s1" });
  const leader = { userId: "gil", name: "GIL", roles: ["facilitator"] };
  for (const name of ["cancel_job", "retry_job"]) {
    assertEquals(await f.does(BEN, name, id), "job_not_found");
    assertEquals(await f.does(leader, name, id), "job_not_found");
    assertEquals(await f.does(FAY, name, id), "fine");
  }
});

Deno.test("[J2] a closed session takes no jobs and no retries; what runs there ends", async () => {
  using f = jobHouse();
  await f.openSession();
  const inside = { sessionId: "s1" };
  const [first, second] = [
    await f.submit(MIA, inside),
    await f.submit(MIA, inside),
  ];
  const claim = await f.claim(first, (await f.job(first)).offset);
  await f.run(FAY, "close_session", {
    sessionId: "s1",
    outcome: "Approved by everyone",
  });
  assertEquals(await codeOf(f.submit(MIA, inside)), "session_closed");
  assertEquals(await f.does(MIA, "cancel_job", second), "fine");
  assertEquals(await f.does(MIA, "retry_job", second), "session_closed");
  const outcome = { state: "done", result: 1 };
  assertEquals(
    await f.does(SERVER, "finish_job", first, { claim, outcome }),
    "fine",
  );
});

Deno.test("[J17] what the server does with a job is refused to everybody else, admins too", async () => {
  using f = jobHouse();
  const id = await f.submit(MIA);
  const { offset } = await f.job(id);
  const claiming = { expected: offset, worker: "w", leaseMs: LEASE_MS };
  assertEquals(await f.does(ADA, "claim_job", id, claiming), "not_allowed");
  const claim = await f.claim(id, offset);
  const outcome = { state: "done", result: 1 };
  const attempts: [string, object][] = [
    ["renew_job", { claim, leaseMs: 1e9 }],
    ["release_job", { claim }],
    ["finish_job", { claim, outcome }],
    ["return_job", { expected: claim }],
    ["requeue_job", {}],
  ];
  for (const [name, more] of attempts) {
    assertEquals(await f.does(ADA, name, id, more), "not_allowed", name);
    assertEquals(await f.does(MIA, name, id, more), "forbidden", name);
  }
  assertEquals((await f.job(id)).status, "running");
});

Deno.test("[J17] commands about a job that there is not are refused", async () => {
  using f = jobHouse();
  for (const name of ["cancel_job", "retry_job"]) {
    assertEquals(await f.does(FAY, name, "none"), "job_not_found");
  }
  const claiming = { expected: 1, worker: "w", leaseMs: 1 };
  assertEquals(
    await f.does(SERVER, "claim_job", "none", claiming),
    "job_not_found",
  );
});

Deno.test("[J10] what cannot be a job is invalid, with its place", async () => {
  using f = jobHouse();
  const places = async (more: object) => {
    const { errors } = await f.submit(MIA, more).catch((error) => error);
    return JSON.stringify(errors ?? null);
  };
  for (
    const [more, place] of [
      [{ type: "none" }, "type"],
      [{ input: { to: "x" } }, "to"],
      [{ type: "sweep", mode: "batch", input: { items: [{}] } }, "mode"],
      [{ mode: "batch", input: { items: [{ to: 1 }, {}] } }, "items"],
      [{ mode: "batch", input: {} }, "items"],
      [{ maxAttempts: 0 }, "maxAttempts"],
      [{ maxAttempts: 11 }, "maxAttempts"],
      [{ priority: "URGENT" }, "priority"],
    ] as const
  ) {
    assertEquals(await codeOf(f.submit(MIA, more)), "invalid", place);
    assertEquals((await places(more)).includes(place), true, place);
  }
});
