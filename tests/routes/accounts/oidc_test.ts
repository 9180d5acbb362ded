/** Signing in with a provider: the way there and back, and every lie on it. */
import { assertEquals, assertStringIncludes } from "@std/assert";
import { Oidc } from "../../../routes/accounts/oidc.ts";
import { TRANSACTION_LIFETIME_MS } from "../../../routes/accounts/oidc_transaction.ts";
import {
  readRoleMap,
  roleOfClaims,
} from "../../../routes/accounts/oidc_roles.ts";
import { oidcUserId } from "../../../routes/accounts/oidc_user_id.ts";
import { accountsFixture, ORIGIN, SERVICE } from "./fixture.ts";
import {
  CLIENT_ID,
  CLIENT_SECRET,
  createProvider,
  ISSUER,
  type Lies,
  type Person,
} from "./oidc_provider.ts";

const ANA: Person = { sub: "ana-1", name: "Ana Lima", roles: ["leads"] };
const ROLES = readRoleMap("leads=facilitator,root=admin,staff=member")!;

async function house() {
  const provider = createProvider();
  const oidc = new Oidc({
    issuer: ISSUER,
    clientId: CLIENT_ID,
    clientSecret: CLIENT_SECRET,
    roleClaim: "roles",
    roles: ROLES,
    fetch: provider.fetch,
  });
  const f = await accountsFixture({ oidc });
  return { f, provider, [Symbol.dispose]: () => f[Symbol.dispose]() };
}

type House = Awaited<ReturnType<typeof house>>;

/** Goes there and back; answers what the browser gets in the end. */
async function enter(
  { f, provider }: House,
  person: Person,
  browser = f.browser(),
) {
  const there = await browser.get("/login/oidc?next=/sessions");
  const back = provider.authorize(there.location!, person);
  return { browser, back, answer: await browser.get(back) };
}

Deno.test("[SI20] the way there asks for a code with PKCE, state and nonce, each time others", async () => {
  using h = await house();
  const asked = async () =>
    new URL((await h.f.browser().get("/login/oidc")).location!).searchParams;
  const [one, two] = [await asked(), await asked()];
  assertEquals(one.get("response_type"), "code");
  assertEquals(one.get("code_challenge_method"), "S256");
  assertEquals(one.get("redirect_uri"), `${ORIGIN}/login/oidc/callback`);
  for (const name of ["state", "nonce", "code_challenge"]) {
    assertEquals(one.get(name)!.length >= 43, true, name);
    assertEquals(one.get(name) === two.get(name), false, name);
  }
});

Deno.test("[SI20] who comes back is signed in as their subject, with the role of their claim", async () => {
  using h = await house();
  const { browser, answer } = await enter(h, ANA);
  assertEquals([answer.status, answer.location], [303, "/sessions"]);
  const me = await browser.get("/api/v1/me");
  assertEquals(JSON.parse(me.html), {
    userId: "ana-1",
    name: "Ana Lima",
    roles: ["facilitator"],
  });
  assertEquals([...browser.cookies.keys()], ["regulens"]);
});

Deno.test("[SI21] a role that has changed at the provider holds from the next sign-in, for open sockets at once", async () => {
  using h = await house();
  const { browser } = await enter(h, ANA);
  const { id } = h.f.people.directory.get("ana-1")!.signIns[0];
  const closed = await h.f.connect({
    userId: "ana-1",
    name: "Ana Lima",
    roles: ["facilitator"],
    signInId: id,
  });
  await enter(h, { ...ANA, roles: ["staff"] });
  const me = await browser.get("/api/v1/me");
  assertEquals(JSON.parse(me.html).roles, ["member"]);
  // 4001 invites them back, as who they are now.
  assertEquals(closed, [4001]);
});

for (
  const [what, roles] of [
    ["no role", undefined],
    ["an unknown role", ["guests"]],
    ["a star", ["*"]],
    ["an object", { leads: true }],
  ] as const
) {
  Deno.test(`[SI21] who comes with ${what} is not let in`, async () => {
    using h = await house();
    const { browser, answer } = await enter(h, { ...ANA, roles });
    assertEquals(answer.location, "/login?problem=not_admitted");
    assertEquals(await browser.me(), 401);
    assertEquals(h.f.people.directory.get("ana-1"), undefined);
  });
}

const NOW_S = Math.floor(Date.now() / 1000);
const LIES: readonly (readonly [string, Lies])[] = [
  ["another nonce", { claims: { nonce: "other" } }],
  ["no nonce", { claims: { nonce: undefined } }],
  ["another issuer", { claims: { iss: "https://evil.example" } }],
  ["another audience", { claims: { aud: "someone-else" } }],
  ["an end in the past", { claims: { exp: NOW_S - 3600, iat: NOW_S - 7200 } }],
  ["no subject", { claims: { sub: undefined } }],
  ["no signature (alg none)", { unsigned: true }],
  ["a signature of another key", { foreignKey: true }],
];
for (const [what, lies] of LIES) {
  Deno.test(`[SI22] an ID token with ${what} signs nobody in`, async () => {
    using h = await house();
    h.provider.lie(lies);
    const { browser, answer } = await enter(h, ANA);
    assertEquals(answer.location, "/login?problem=refused");
    assertEquals(await browser.me(), 401);
    assertEquals(h.f.people.directory.all(), []);
  });
}

Deno.test("[SI22] a provider that describes itself as another is not asked", async () => {
  using h = await house();
  h.provider.lie({ issuer: "https://evil.example" });
  const answer = await h.f.browser().get("/login/oidc");
  assertEquals(answer.location, "/login?problem=unavailable");
});

Deno.test("[SI22] a state that is not this browser's is refused", async () => {
  using h = await house();
  const browser = h.f.browser();
  const there = await browser.get("/login/oidc");
  const back = h.provider.authorize(there.location!, ANA);
  const answer = await browser.get(back.replace(/state=[^&]+/, "state=other"));
  assertEquals(answer.location, "/login?problem=refused");
});

Deno.test("[SI22] an answer that another browser asked for is refused (login CSRF)", async () => {
  using h = await house();
  const eve = h.f.browser();
  const there = await eve.get("/login/oidc");
  const back = h.provider.authorize(there.location!, { ...ANA, sub: "eve" });
  const without = h.f.browser();
  assertEquals((await without.get(back)).location, "/login?problem=refused");
  const other = h.f.browser();
  await other.get("/login/oidc");
  assertEquals((await other.get(back)).location, "/login?problem=refused");
  assertEquals(await other.me(), 401);
});

Deno.test("[SI22] a code is taken once, also with the cookie of the first time", async () => {
  using h = await house();
  const browser = h.f.browser();
  const there = await browser.get("/login/oidc");
  const kept = browser.cookies.get("regulens-oidc")!;
  const back = h.provider.authorize(there.location!, ANA);
  assertEquals((await browser.get(back)).location, "/");
  const thief = h.f.browser();
  thief.cookies.set("regulens-oidc", kept);
  assertEquals((await thief.get(back)).location, "/login?problem=refused");
  assertEquals(await thief.me(), 401);
});

Deno.test("[SI22] what the browser kept is dead after ten minutes, and when a character differs", async () => {
  using h = await house();
  const browser = h.f.browser();
  const there = await browser.get("/login/oidc");
  const kept = browser.cookies.get("regulens-oidc")!;
  const back = h.provider.authorize(there.location!, ANA);
  const forged = h.f.browser();
  forged.cookies.set("regulens-oidc", `x${kept.slice(1)}`);
  assertEquals((await forged.get(back)).location, "/login?problem=refused");
  h.f.clock.now += TRANSACTION_LIFETIME_MS;
  assertEquals((await browser.get(back)).location, "/login?problem=refused");
});

Deno.test("[SI22] what the provider refuses, and text it sends, is not shown as it is", async () => {
  using h = await house();
  const browser = h.f.browser();
  const there = await browser.get("/login/oidc");
  const state = new URL(there.location!).searchParams.get("state")!;
  const query = new URLSearchParams({
    error: "access_denied",
    error_description: "<script>alert(1)</script>",
    state,
  });
  const answer = await browser.get(`/login/oidc/callback?${query}`);
  assertEquals(answer.location, "/login?problem=refused");
  const page = await browser.get("/login?problem=<script>alert(1)");
  assertEquals(page.html.includes("alert(1)"), false);
});

Deno.test("[SI23] while the provider is away people are told, and it is asked again later", async () => {
  using h = await house();
  h.provider.lie({ down: true });
  const answer = await h.f.browser().get("/login/oidc");
  assertEquals(answer.location, "/login?problem=unavailable");
  const page = await h.f.browser().get(answer.location!);
  assertStringIncludes(page.html, "cannot be reached now");
  h.provider.lie({});
  const { browser } = await enter(h, ANA);
  assertEquals(await browser.me(), 200);
});

Deno.test("[SI24] somebody who was deactivated stays out, whatever the provider says", async () => {
  using h = await house();
  const { browser } = await enter(h, ANA);
  await h.f.people.accounts.change(SERVICE, "ana-1", { kind: "deactivate" });
  assertEquals(await browser.me(), 401);
  const { answer } = await enter(h, ANA);
  assertEquals(answer.location, "/login?problem=deactivated");
});

Deno.test("[SI24] signing out ends the sign-in here and goes on to the provider's", async () => {
  using h = await house();
  const { browser } = await enter(h, ANA);
  const out = await browser.post("/logout");
  assertEquals(out.location, "/login?out=1");
  assertEquals(await browser.me(), 401);
  const page = await browser.get("/login?out=1");
  assertEquals(page.headers.get("refresh"), "1; url=/login/oidc/end");
  const end = new URL((await browser.get("/login/oidc/end")).location!);
  assertEquals(end.origin + end.pathname, `${ISSUER}/end`);
  assertEquals(
    end.searchParams.get("post_logout_redirect_uri"),
    `${ORIGIN}/login`,
  );
});

Deno.test("[SI24] there is no password to try where a provider vouches", async () => {
  using h = await house();
  const answer = await h.f.browser().signIn("ana-1");
  assertEquals(answer.status, 404);
});

Deno.test("[SI21] the highest role of the claim counts; paths and names with dots are found", () => {
  const map = readRoleMap("a=observer,cn=b=admin,*=member")!;
  const roleOf = (claims: object, path: string) =>
    roleOfClaims(claims, path, map);
  assertEquals(roleOf({ roles: ["a", "cn=b"] }, "roles"), "admin");
  assertEquals(roleOf({ realm: { roles: ["a"] } }, "realm.roles"), "member");
  assertEquals(roleOf({ "https://x.y/r": "cn=b" }, "https://x.y/r"), "admin");
  assertEquals(roleOf({}, "__proto__.constructor"), "member");
  assertEquals(
    roleOfClaims({}, "toString", readRoleMap("a=admin")!),
    undefined,
  );
  assertEquals(readRoleMap("a=boss"), undefined);
  assertEquals(readRoleMap(""), undefined);
});

Deno.test("[SI20] a subject that is reserved or no user id is told by its digest", () => {
  assertEquals(oidcUserId("ana-1"), "ana-1");
  for (const sub of ["service", "regulens", "a b", "a/b", "oidc-1"]) {
    assertEquals(/^oidc-[0-9a-f]{64}$/.test(oidcUserId(sub)), true, sub);
  }
});
