/** The forms of the demo: loading it leads into its open session, removing it back to the start. */
import { Hono } from "hono";
import type { Env } from "../env.ts";
import { demoSessionIds } from "../demo/demo_places.ts";
import type { OfferedDemo } from "./DemoOffer.tsx";
import { signedIn } from "./signed_in.ts";

export function demoForms(demo: OfferedDemo): Hono<Env> {
  const app = new Hono<Env>();
  app.post("/demo/load", async (c) => {
    const user = signedIn(c);
    if (user instanceof Response) return user;
    // Not with the request's signal: whoever leaves the page still wants the demo.
    const stage = await demo.load({ user });
    const isThere = stage.stage === "loaded";
    const path = isThere ? `/sessions/${demoSessionIds(stage.plan)[1]}` : "/";
    return c.redirect(path, 303);
  });
  app.post("/demo/remove", async (c) => {
    const user = signedIn(c);
    if (user instanceof Response) return user;
    await demo.remove(user);
    return c.redirect("/", 303);
  });
  return app;
}
