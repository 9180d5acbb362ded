/** Polls on a phone, in a real browser: what is typed last counts when the ballot is cast. */
import { assert, assertEquals } from "@std/assert";
import { isLive } from "./site.ts";
import { browserTest } from "./with_site.ts";

/** More than a phone shows at once: the field that was typed in ends up out of sight. */
const LABELS = Array.from({ length: 14 }, (_, n) => `Vendor ${n + 10}`);
const LAST = "Vendor 23";
/** What a phone shows of a page with its keyboard up, in px. */
const SEEN = { width: 390, height: 460 };

browserTest(
  "[K13] at 390 px a rank that was just typed is in the ballot that is cast next",
  async (site) => {
    const ben = await site.enter("Ben Kole", { width: SEEN.width });
    const { id } = await site.server.openSession({ title: "KX", open: true });
    await ben.goto(`${site.server.url}/sessions/${id}`);
    await ben.click("button:has-text('Join session')");
    await ben.waitForSelector("button:has-text('Leave')");
    await site.server.call("POST", `/api/v1/sessions/${id}/polls`, {
      id: "p1",
      question: "Which vendor runs the pilot?",
      method: "schulze",
      alternatives: LABELS.map((label) => ({
        id: label.toLowerCase().replace(" ", "-"),
        label,
      })),
    }, 201);
    await isLive(ben);
    await ben.setViewportSize(SEEN);
    const field = ben.getByLabel(`Place of ${LAST}`);
    await field.click();
    await ben.keyboard.type("1");
    const cast = ben.getByRole("button", { name: "Cast ballot" });
    await cast.scrollIntoViewIfNeeded();
    // Where it is now, as a finger has it: leaving the field must not move it away.
    const at = await cast.boundingBox();
    assert(at && at.x + at.width <= SEEN.width);
    assert(at.y >= 0 && at.y + at.height <= SEEN.height);
    await ben.mouse.move(at.x + at.width / 2, at.y + at.height / 2);
    await ben.mouse.down();
    // The field is left: its row moves up while the finger is still down.
    await ben.locator(".ranking li", { hasText: LAST }).and(
      ben.locator(".ranking li:first-child"),
    ).waitFor({ state: "attached" });
    await ben.mouse.up();
    await ben.waitForSelector("#poll .receipt:not(.waiting)", {
      timeout: 10_000,
    });
    const receipt = await ben.locator("#poll .receipt").innerText();
    assertEquals(LABELS.filter((label) => receipt.includes(label)), [LAST]);
  },
);
