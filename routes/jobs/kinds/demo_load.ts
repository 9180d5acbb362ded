/** `demo.load`: the demo, built in the background; whether one may is asked as it runs. */
import { z } from "zod";
import type { JobKindDeclaration } from "../../../domain/jobs/job_input.ts";
import type { Demo } from "../../demo/demo.ts";
import { demoSessionIds } from "../../demo/demo_places.ts";
import type { JobKind } from "../job_kind.ts";

export const DEMO_LOAD: JobKindDeclaration = {
  type: "demo.load",
  summary: "{}: loads the demo, or what is missing of it",
  input: z.object({}),
  // An empty house may be anybody's to fill: the demo itself decides.
  role: "observer",
  modes: ["async", "sync"],
};

/** Runs in this process: it is made of calls of the API, and nothing in it is heavy. */
export function createDemoLoad(demo: Pick<Demo, "load">): JobKind {
  return {
    ...DEMO_LOAD,
    run: async (_input, { user, signal, progress }) => {
      const stage = await demo.load({ user, signal, progress });
      const isThere = stage.stage === "loaded";
      return { sessionIds: isThere ? [...demoSessionIds(stage.plan)] : [] };
    },
  };
}
