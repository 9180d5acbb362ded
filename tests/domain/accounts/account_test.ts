/** The fold of an account: what each entry changes, and what none may break. */
import { assertEquals } from "@std/assert";
import fc from "fast-check";
import type { Json, RecordedEvent } from "../../../domain/decider.ts";
import {
  type Account,
  evolve,
  initial,
  MAX_SIGN_INS,
} from "../../../domain/accounts/account.ts";
import { createAccountIndexer } from "../../../domain/accounts/account_command.ts";
import { ACCOUNT, ACCOUNTS_CHANNEL } from "../../../domain/accounts/events.ts";

const PASSWORD = {
  algorithm: "scrypt",
  cost: 16,
  blockSize: 8,
  parallelism: 1,
  salt: "AAAA",
  key: "AAAA",
};

function entry(
  offset: number,
  body: RecordedEvent["body"],
  at = offset * 1000,
): RecordedEvent {
  return {
    type: ACCOUNT,
    v: 1,
    body,
    channel: ACCOUNTS_CHANNEL,
    offset,
    at,
    sender: "ana",
  };
}

function folded(...bodies: RecordedEvent["body"][]): Account {
  return bodies.reduce<Account>(
    (account, body, index) => evolve(account, entry(index + 1, body)),
    initial(),
  );
}

const INVITED = {
  event: "account_invited",
  userId: "ana",
  name: "Ana",
  role: "member",
  link: { hash: "0", expiresAt: 9 },
};
const SET = { event: "password_set", userId: "ana", password: PASSWORD };

function signedIn(id: string, expiresAt = 1e9) {
  return { event: "signed_in", signInId: id, expiresAt, agent: "" };
}

Deno.test("[SI7] a password that is set uses the link up and ends every sign-in", () => {
  const account = folded(INVITED, SET, signedIn("a"), SET);
  assertEquals(account.status, "active");
  assertEquals(account.link, null);
  assertEquals(account.signIns, []);
  assertEquals(account.password?.offset, 4);
});

Deno.test("[SI17] of more than fifty sign-ins the oldest end; those that have expired go first", () => {
  const many = Array.from({ length: 60 }, (_, i) => signedIn(`s${i}`));
  const { signIns } = folded(INVITED, SET, ...many);
  assertEquals(signIns.length, MAX_SIGN_INS);
  assertEquals(signIns[0].id, "s10");
  const short = folded(INVITED, SET, signedIn("old", 3_500), signedIn("new"));
  assertEquals(short.signIns.map(({ id }) => id), ["new"]);
});

Deno.test("[SI16] deactivating ends sign-ins, tokens and link; taking back revives none of them", () => {
  const account = folded(
    INVITED,
    SET,
    signedIn("a"),
    { event: "token_made", tokenId: "t", hash: "1", expiresAt: 1e9 },
    { event: "password_link_made", link: { hash: "2", expiresAt: 1e9 } },
    { event: "account_deactivated" },
    { event: "account_reactivated" },
  );
  assertEquals(account.status, "active");
  assertEquals([account.signIns, account.tokens], [[], []]);
  assertEquals(account.link, null);
});

Deno.test("[SI16] a role nobody knows is the least there is", () => {
  const account = folded(INVITED, { event: "role_changed", role: "root" });
  assertEquals(account.role, "observer");
});

Deno.test("[SI10] what was erased, is of another kind or a later version changes nothing", () => {
  const account = folded(INVITED, SET);
  assertEquals(evolve(account, entry(3, null)), account);
  assertEquals(evolve(account, { ...entry(3, SET), v: 2 }), account);
  assertEquals(evolve(account, { ...entry(3, SET), type: "ALERT" }), account);
  assertEquals(evolve(account, entry(3, { event: "unheard_of" })), account);
});

Deno.test("[SI10] no body breaks the fold, and the rows made anew are what it says", () => {
  const events = [
    "account_invited",
    "account_admitted",
    "password_link_made",
    "password_set",
    "signed_in",
    "sign_in_ended",
    "account_seen",
    "sign_in_locked",
    "role_changed",
    "account_deactivated",
    "account_reactivated",
    "token_made",
    "token_revoked",
  ];
  const body = fc.record({
    event: fc.constantFrom(...events),
    userId: fc.constant("ana"),
    signInId: fc.jsonValue(),
    tokenId: fc.jsonValue(),
    expiresAt: fc.jsonValue(),
    hash: fc.jsonValue(),
    ids: fc.jsonValue(),
    link: fc.jsonValue(),
    password: fc.oneof(fc.jsonValue(), fc.constant(PASSWORD)),
    role: fc.jsonValue(),
  });
  fc.assert(
    fc.property(fc.array(body, { maxLength: 12 }), (bodies) => {
      const rowsOf = createAccountIndexer();
      let account = initial();
      let row: Json = null;
      bodies.forEach((one, index) => {
        const event = entry(index + 1, JSON.parse(JSON.stringify(one)));
        account = evolve(account, event);
        for (const { data } of rowsOf(event, "account:ana")) row = data;
      });
      if (account.status === "none") assertEquals(row, null);
      else assertEquals(row, JSON.parse(JSON.stringify(account)));
    }),
    { seed: 7, numRuns: 200 },
  );
});
