/** "Was this right?" in a browser: what one answers in a session moves the pages of others; the trail says what is new. */
import { assertEquals, assertStringIncludes } from "@std/assert";
import { findings } from "./axe.ts";
import { isLive } from "./site.ts";
import { browserTest } from "./with_site.ts";

const RULE = {
  id: "cash",
  name: "Large cash payment",
  when: "amount > 10",
  priority: "HIGH",
  type: "VALIDATION",
  riskLevel: "HIGH",
};
const SESSION = "weekly";
const EVALUATION = `/sessions/${SESSION}/evaluations/judged`;

browserTest(
  "an answer given in a session moves the rule's page and /learning of others, without a reload",
  async (site) => {
    const { server } = site;
    const { url } = server;
    await server.call("POST", "/api/v1/rules", RULE, 201);
    const ana = await site.enter("Ana Lima");
    const ben = await site.enter("Ben Kole");
    const eyes = await server.signIn("Flo", "facilitator");
    const published = await server.fetch("/api/v1/rules/cash/publish", {
      token: null,
      method: "POST",
      headers: {
        Cookie: eyes.cookie,
        "Sec-Fetch-Site": "same-origin",
        "Content-Type": "application/json",
      },
      body: "{}",
    });
    assertEquals(published.status, 200, await published.text());
    const userId = await ana.locator("[data-user]").getAttribute("data-user");
    // Only its participants see it: Ben learns what the label did, and nothing else.
    await server.call("POST", "/api/v1/sessions", {
      id: SESSION,
      title: "Weekly review",
      open: false,
      participants: [{ userId, name: "Ana Lima" }],
    }, 201);
    await server.call("POST", `/api/v1/sessions/${SESSION}/evaluations`, {
      id: "judged",
      title: "Payment 4711",
      ruleIds: ["cash"],
      facts: { amount: 20 },
    }, 201);

    await ben.goto(`${url}/rules/cash`);
    await isLive(ben);
    await ben.getByText("Nobody has said yet").waitFor();
    const cem = await site.enter("Cem Ak");
    await cem.goto(`${url}/learning`);
    await isLive(cem);
    const dan = await site.enter("Dan Oz");
    await dan.goto(`${url}/audit`);
    await isLive(dan);
    const before = await dan.locator("#trail tbody tr").count();

    await ana.goto(url + EVALUATION);
    await ana.getByRole("button", { name: "Yes: Large cash payment" }).click();
    await ana.getByText("You said it was right.").waitFor();
    assertStringIncludes(
      await ana.locator(".was-right-said").innerText(),
      "50.0 → 66.7 %",
    );
    await ben.locator(".rule-trust-words", { hasText: "67 %" }).waitFor();
    await ben.getByText("Somebody in a session called").waitFor();
    assertEquals(await ben.getByText("Payment 4711").count(), 0);
    await cem.getByText("Somebody in a session called").waitFor();

    // Said outside of sessions it is in the trail of all; the list waits for its reader.
    await ana.goto(`${url}/rules/cash`);
    await ana.locator("#right-whole").getByRole("button", { name: "Yes" })
      .click();
    await ana.locator("#right-whole .was-right-said").waitFor();
    const news = dan.getByRole("link", { name: /new entr.*show/ });
    await news.waitFor();
    assertEquals(await dan.locator("#trail tbody tr").count(), before);
    await news.click();
    await dan.locator("tr", { hasText: "Feedback given" }).first().waitFor();

    for (const path of [EVALUATION, "/rules/cash"]) {
      for (
        const look of [{}, { colorScheme: "dark" }, { width: 390 }] as const
      ) {
        const again = await site.enter("Ana Lima", look);
        await again.goto(url + path);
        assertEquals(await findings(again), [], path);
        const wide = await again.evaluate(() =>
          document.documentElement.scrollWidth -
          document.documentElement.clientWidth
        );
        assertEquals(wide, 0, path);
      }
    }
    assertEquals(site.complaints, []);
  },
);
