/** Binds `may` to the hub and to HTTP: looks up the session that an answer rests on. */
import {
  type Action,
  may,
  roleIn,
  type SessionAccess,
  type Subject,
} from "../domain/access.ts";
import type { Access, Grant, PublishAnswer } from "../realtime/hub_options.ts";
import { RealtimeError } from "../realtime/realtime_error.ts";
import type { User } from "../realtime/user.ts";

type Found = SessionAccess | undefined;

/** Finds what a session's access rests on; undefined when it was never opened. */
export type FindSession = (channel: string) => Found | Promise<Found>;

/** @throws {RealtimeError} `forbidden` unless the user may */
export function demand(user: User, action: Action, subject: Subject): void {
  if (may(user, action, subject)) return;
  throw new RealtimeError("forbidden", "Cannot do this with your role", {
    reason: "not_allowed",
  });
}

/** Who may read and publish where, for the hub. Answers wait only for a session's state. */
export function createAccess(findSession: FindSession): Access {
  const withSession = <Answer>(
    channel: string,
    answer: (session: Found) => Answer,
  ): Answer | Promise<Answer> => {
    if (!channel.startsWith("session:")) return answer(undefined);
    const found = findSession(channel);
    return found instanceof Promise ? found.then(answer) : answer(found);
  };
  return {
    read: (user, channel) =>
      withSession<Grant | undefined>(channel, (session) => {
        const subject = { kind: "channel", channel, session } as const;
        if (!may(user, "read", subject)) return undefined;
        const role = roleIn(user, session);
        return role === undefined ? undefined : { role };
      }),
    publish: (user, channel) =>
      withSession<PublishAnswer>(channel, (session) => {
        const subject = { kind: "channel", channel, session } as const;
        if (may(user, "publish", subject)) return "allowed";
        // Where one may not even look, there is nothing (P8).
        return may(user, "read", subject) ? "forbidden" : "not_found";
      }),
    direct: (user) =>
      may(user, "message", { kind: "user", userId: user.userId }),
  };
}
