/** Who may do what, as one whole table: everything that is not listed is denied. */
import { assertEquals } from "@std/assert";
import {
  type Action,
  hasRole,
  highestRole,
  may,
  roleIn,
  type SessionAccess,
  type Subject,
} from "../../domain/access.ts";

const USERS = ["none", "observer", "member", "facilitator", "admin"] as const;
const ACTIONS: readonly Action[] = [
  "read",
  "publish",
  "message",
  "disconnect",
  "issue_ticket",
  "see_stats",
  "see_connections",
  "close_connection",
  "subscribe_connection",
  "broadcast",
  "see_operations",
  "see_log_lines",
  "open_session",
];
const PRIVATE: SessionAccess = {
  open: false,
  openedBy: "fay",
  participants: [{ userId: "mia", role: "member" }],
};
const channel = (name: string, session?: SessionAccess): Subject => ({
  kind: "channel",
  channel: name,
  session,
});
const SUBJECTS: Record<string, Subject> = {
  "topic:all": channel("topic:all"),
  "topic:news": channel("topic:news"),
  alerts: channel("alerts"),
  rules: channel("rules"),
  decisions: channel("decisions"),
  learning: channel("learning"),
  jobs: channel("jobs"),
  ops: channel("ops"),
  "sealed:p1": channel("sealed:p1"),
  unknown: channel("secrets"),
  "user:me": channel("user:me"),
  "user:other": channel("user:other"),
  "session: none": channel("session:s1"),
  "session: private": channel("session:s1", PRIVATE),
  "session: open": channel("session:s1", { ...PRIVATE, open: true }),
  "session: opener": channel("session:s1", { ...PRIVATE, openedBy: "me" }),
  "session: participant": channel("session:s1", {
    ...PRIVATE,
    participants: [{ userId: "me", role: "observer" }],
  }),
  "the session: none": { kind: "session" },
  "the session: private": { kind: "session", session: PRIVATE },
  "the session: open": { kind: "session", session: { ...PRIVATE, open: true } },
  oneself: { kind: "user", userId: "me" },
  another: { kind: "user", userId: "other" },
  server: { kind: "server" },
};

/** Least role per subject and action; everything else is denied to everyone. */
const ALLOWED: Record<string, Partial<Record<Action, string>>> = {
  "topic:all": { read: "observer", publish: "facilitator" },
  "topic:news": { read: "observer", publish: "member" },
  alerts: { read: "observer" },
  rules: { read: "observer" },
  decisions: { read: "observer" },
  learning: { read: "observer" },
  jobs: { read: "observer" },
  ops: { read: "facilitator" },
  "user:me": { read: "observer" },
  "session: private": { read: "admin" },
  "session: open": { read: "observer" },
  "session: opener": { read: "observer" },
  "session: participant": { read: "observer" },
  "the session: private": { read: "admin" },
  "the session: open": { read: "observer" },
  oneself: { message: "member", disconnect: "admin", issue_ticket: "observer" },
  another: { message: "member", disconnect: "admin", issue_ticket: "admin" },
  server: {
    see_stats: "observer",
    see_operations: "facilitator",
    broadcast: "facilitator",
    open_session: "facilitator",
    see_connections: "admin",
    see_log_lines: "admin",
    close_connection: "admin",
    subscribe_connection: "admin",
  },
};

for (const [name, subject] of Object.entries(SUBJECTS)) {
  Deno.test(`[P8] ${name}: exactly what the table says is allowed`, () => {
    const table = (allowed: (action: Action, user: string) => boolean) =>
      ACTIONS.map((action) => [
        action,
        ...USERS.filter((user) => allowed(action, user)),
      ]);
    assertEquals(
      table((action, role) =>
        may({ userId: "me", roles: [role] }, action, subject)
      ),
      table((action, role) => {
        const least = ALLOWED[name]?.[action];
        return least !== undefined &&
          USERS.findIndex((one) => one === role) >=
            USERS.findIndex((one) => one === least);
      }),
    );
  });
}

Deno.test("[P8] roles add up to the highest, unknown ones to nothing", () => {
  const user = { userId: "me", roles: ["observer", "facilitator", "king"] };
  assertEquals(highestRole(user), "facilitator");
  assertEquals(hasRole(user, "member"), true);
  assertEquals(hasRole(user, "admin"), false);
  assertEquals(highestRole({ userId: "me", roles: ["king"] }), undefined);
});

Deno.test("[P8] inside a session the participant's role counts, elsewhere the user's", () => {
  const me = { userId: "me", roles: ["facilitator"] };
  const session: SessionAccess = {
    open: true,
    openedBy: "fay",
    participants: [{ userId: "me", role: "observer" }],
  };
  assertEquals(roleIn(me), "facilitator");
  assertEquals(roleIn(me, session), "observer");
  assertEquals(roleIn({ ...me, userId: "you" }, session), "observer");
  const admin = { userId: "you", roles: ["admin"] };
  assertEquals(roleIn(admin, session), "admin");
});
