/** The demo over HTTP: whether there is one, loading it, removing it. */
import { z } from "zod";
import type { User } from "../../realtime/user.ts";
import type { Demo } from "../demo/demo.ts";
import { demoSessionIds } from "../demo/demo_places.ts";
import { operation, type Route } from "./operation.ts";
import { isoTime } from "./times.ts";

const tag = "Demo";

const Shown = z.object({
  state: z.enum(["none", "started", "loaded", "removing"]).meta({
    description: "started: not all of it is there yet; loading it goes on",
  }),
  generation: z.int().meta({
    description: "Which one it is; of none, how many there were",
  }),
  startedAt: z.iso.datetime().nullable(),
  sessionIds: z.array(z.string()).meta({
    description: "The decided session, then the open one",
  }),
  progress: z.object({ done: z.int(), total: z.int() }).nullable().meta({
    description: "Steps taken, while it is being built",
  }),
  mayLoad: z.boolean(),
  mayRemove: z.boolean(),
});

export type DemoPart = Pick<
  Demo,
  "load" | "mayLoad" | "mayRemove" | "remove" | "status"
>;

export function demoRoutes(demo: DemoPart): readonly Route[] {
  const path = "/api/v1/demo";
  return [
    operation({
      method: "GET",
      path,
      summary: "Tells whether the demo is loaded, and how far it got",
      tag,
      input: {},
      answers: { 200: { description: "The demo", schema: Shown } },
      run: async ({ c, user }) => c.json(await shown(demo, user)),
    }),
    operation({
      method: "POST",
      path,
      summary:
        "Loads the demo: a compliance case with rules, alerts and two sessions",
      tag,
      input: {},
      answers: {
        201: { description: "All of it is there", schema: Shown },
      },
      run: async ({ c, user }) => {
        const stage = await demo.load({ user, signal: c.req.raw.signal });
        if (stage.stage === "loaded") {
          const [, open] = demoSessionIds(stage.plan);
          c.header("Location", `/api/v1/sessions/${open}`);
        }
        return c.json(await shown(demo, user), 201);
      },
    }),
    operation({
      method: "DELETE",
      path,
      summary: "Removes the demo from every list; what happened stays provable",
      tag,
      input: {},
      answers: { 200: { description: "It is gone", schema: Shown } },
      run: async ({ c, user }) => {
        await demo.remove(user);
        return c.json(await shown(demo, user));
      },
    }),
  ];
}

async function shown(
  demo: DemoPart,
  user: User,
): Promise<z.infer<typeof Shown>> {
  const { stage, progress } = await demo.status();
  const isThere = stage.stage !== "none";
  return {
    state: stage.stage,
    generation: isThere ? stage.plan.generation : stage.generation,
    startedAt: isThere ? isoTime(stage.plan.startedAt) : null,
    sessionIds: isThere ? [...demoSessionIds(stage.plan)] : [],
    progress,
    mayLoad: await demo.mayLoad(user),
    mayRemove: demo.mayRemove(user),
  };
}
