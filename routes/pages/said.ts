/** Takes the answer to "was this right?", as a command, and leads back to where it was asked. */
import { Hono } from "hono";
import type { Env } from "../env.ts";
import { backTo } from "./asked.ts";
import { messageIdOf, readFields } from "./form.ts";
import type { PageParts } from "./page_parts.ts";
import { signedIn } from "./signed_in.ts";

export function saidRoute(
  { commands }: Pick<PageParts, "commands">,
): Hono<Env> {
  const app = new Hono<Env>();
  // Whoever goes back in their history to what the form answered begins with the page.
  app.get("/learning/said", (c) => c.redirect("/learning", 303));
  app.post("/learning/said", async (c) => {
    const user = signedIn(c);
    if (user instanceof Response) return user;
    const fields = await readFields(c);
    const { kind, id, evaluationId, sessionId, outcome } = fields;
    const messageId = messageIdOf(fields);
    await commands.execute("give_feedback", {
      subject: { kind, id, evaluationId: evaluationId || undefined },
      outcome,
      sessionId: sessionId || undefined,
    }, {
      user,
      // Either answer is a message of its own: one may think again on the same page.
      messageId: messageId && `${messageId}.${outcome}`,
    });
    return c.redirect(backTo(fields), 303);
  });
  return app;
}
