/** The commands on how long channels are kept: holds, and days other than everybody's. */
import { hasRole } from "../access.ts";
import type {
  Area,
  CommandDeclaration,
  Context,
  DomainEvent,
  Json,
  Place,
} from "../decider.ts";
import { Refusal } from "../refusal.ts";
import { sessionIdOf, type SessionState } from "../sessions/session.ts";
import { sessionPlace } from "../sessions/session_place.ts";
import {
  AUDIT,
  AUDIT_CHANNEL,
  evolve,
  index,
  initial,
  type Keeping,
  keepingSubject,
} from "./keeping.ts";
import { LiftHold, PlaceHold, SetRetention } from "./keeping_input.ts";

export type KeepingCommand =
  | { readonly command: "place_hold"; readonly input: PlaceHold }
  | { readonly command: "lift_hold"; readonly input: LiftHold }
  | { readonly command: "set_retention"; readonly input: SetRetention };

interface Also {
  /** Absent unless the channel is a session's. */
  readonly session?: SessionState;
}

export const keeping: Area<Keeping, KeepingCommand, Also> = {
  name: "audit",
  initial,
  evolve,
  decide,
  index,
};

const placeHold: CommandDeclaration<PlaceHold, Keeping, KeepingCommand, Also> =
  {
    name: "place_hold",
    summary: "Keep everything of a channel from being erased, until lifted",
    input: PlaceHold,
    http: { method: "POST", path: "/audit/holds", status: 201 },
    command: (input) => ({ command: "place_hold", input }),
    ...onChannel(),
  };

const liftHold: CommandDeclaration<LiftHold, Keeping, KeepingCommand, Also> = {
  name: "lift_hold",
  summary: "Lift the legal hold on a channel",
  input: LiftHold,
  http: { method: "DELETE", path: "/audit/holds/{channel}", status: 200 },
  command: (input) => ({ command: "lift_hold", input }),
  ...onChannel(),
};

const setRetention: CommandDeclaration<
  SetRetention,
  Keeping,
  KeepingCommand,
  Also
> = {
  name: "set_retention",
  summary: "Keep a session longer or shorter than others, once it is closed",
  input: SetRetention,
  http: { method: "PUT", path: "/audit/retention/{channel}", status: 200 },
  command: (input) => ({ command: "set_retention", input }),
  ...onChannel(),
};

export const keepingCommands = [placeHold, liftHold, setRetention] as const;

function onChannel<Input extends { readonly channel: string }>() {
  return {
    // Whoever leads a session holds it; what a role outside gives is asked in `decide`.
    role: "observer",
    area: keeping,
    channel: () => AUDIT_CHANNEL,
    subject: ({ channel }: Input) => keepingSubject(channel),
    also: ({ channel }: Input): { readonly session?: Place<SessionState> } =>
      channel.startsWith("session:")
        ? { session: sessionPlace(sessionIdOf(channel)) }
        : {},
    result: ({ hold, days }: Keeping, { channel }: Input): Json => ({
      kept: channel,
      hold: hold === null ? null : { ...hold },
      days: days.get("") === null ? "forever" : days.get("") ?? "default",
    }),
  } as const;
}

function decide(
  { hold }: Keeping,
  { command, input }: KeepingCommand,
  { user, also }: Context<Also>,
): readonly DomainEvent[] {
  const isAdmin = hasRole(user, "admin");
  const { userId, name } = user;
  const { channel } = input;
  const by = { channel, userId, name };
  switch (command) {
    case "place_hold":
      if (!isAdmin && !leads(user, also)) throw new Refusal("not_allowed");
      if (hold !== null) throw new Refusal("hold_exists");
      return [said("hold_placed", {
        ...by,
        reason: input.reason,
        byAdmin: isAdmin,
      })];
    case "lift_hold":
      if (!isAdmin && !leads(user, also)) throw new Refusal("not_allowed");
      if (hold === null) throw new Refusal("hold_not_found");
      if (hold.byAdmin && !isAdmin) throw new Refusal("not_allowed");
      return [said("hold_lifted", { ...by, reason: input.reason ?? null })];
    case "set_retention": {
      if (!isAdmin) throw new Refusal("not_allowed");
      const { subject = null, days } = input;
      return [
        said("retention_set", {
          ...by,
          subject,
          days: days === "forever" ? null : days,
        }),
      ];
    }
  }
}

function leads(
  { userId }: Context["user"],
  { session }: Also,
): boolean {
  return session !== undefined && session.status !== "none" &&
    session.participants.some((one) =>
      one.userId === userId && one.role === "facilitator"
    );
}

function said(
  event: string,
  body: { readonly [key: string]: Json },
): DomainEvent {
  return { type: AUDIT, v: 1, body: { event, ...body } };
}
