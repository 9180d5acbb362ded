/** The page that checks exports, as a file to take along: it works from disk, without this server. */
import { Hono } from "hono";
import type { Env } from "../env.ts";

const PAGE = new URL("../../static/verify.html", import.meta.url);

/** @param page Where the build has put it. @default static/verify.html of this program */
export function verifierPage(page: URL = PAGE): Hono<Env> {
  const app = new Hono<Env>();
  app.get("/audit/verifier", async (c) => {
    try {
      const html = await Deno.readTextFile(page);
      return c.body(html, 200, {
        "Content-Type": "text/html; charset=utf-8",
        "Content-Disposition": 'attachment; filename="regulens-verify.html"',
        "Cache-Control": "no-cache",
      });
    } catch (error) {
      if (!(error instanceof Deno.errors.NotFound)) throw error;
      return c.notFound();
    }
  });
  return app;
}
