/** A session as far as its reader may see it, for the pages of what was done in it. */
import { sessions } from "../../domain/sessions/commands.ts";
import { type Session, sessionChannel } from "../../domain/sessions/session.ts";
import { SESSION_SUBJECT } from "../../domain/sessions/view.ts";
import { isVisible } from "../../domain/sessions/voice.ts";
import { recordedEvent } from "../../realtime/fold.ts";
import type { Entry } from "../../realtime/log/log.ts";
import type { User } from "../../realtime/user.ts";
import type { PageParts } from "./page_parts.ts";

/** As ids are given out; anything else was never one. */
const ID = /^[a-z0-9][A-Za-z0-9_-]{0,63}$/;

/** Null where there is none for this reader. */
export async function seenSession(
  { commands }: Pick<PageParts, "commands">,
  user: User,
  sessionId: string,
): Promise<Session | null> {
  if (!ID.test(sessionId)) return null;
  const { state } = await commands.state(
    sessions,
    sessionChannel(sessionId),
    SESSION_SUBJECT,
  );
  return isVisible(state, user) ? state : null;
}

/** Where something was kept: shown beside it, so that it can be found in the record. */
export type KeptAt = Pick<Entry, "offset" | "at" | "hash">;

/**
 * The one entry that something of a session was kept in; its body is null where it was
 * erased. Undefined where nothing was kept under this id.
 *
 * @param kind What its subject begins with: `evaluation`, `analysis`.
 */
export async function keptEntry(
  { log }: Pick<PageParts, "log">,
  session: Session,
  { kind, id }: { readonly kind: string; readonly id: string },
) {
  if (!ID.test(id)) return undefined;
  const channel = sessionChannel(session.id);
  const [entry] = await log.readSubject(channel, `${kind}:${id}`, 0, 1);
  if (entry === undefined) return undefined;
  const { offset, at, hash } = entry;
  return { body: recordedEvent(entry).body, kept: { offset, at, hash } };
}
