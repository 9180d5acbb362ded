/** The one entry that something of a session was kept in: an evaluation, an analysis. */
import { Id } from "../../domain/common_input.ts";
import { type Session, sessionChannel } from "../../domain/sessions/session.ts";
import { recordedEvent } from "../../realtime/fold.ts";
import type { Entry } from "../../realtime/log/log.ts";
import type { PageParts } from "./page_parts.ts";

/** Where something was kept: shown beside it, so that it can be found in the record. */
export type KeptAt = Pick<Entry, "offset" | "at" | "hash">;

/**
 * Its body is null where it was erased. Undefined where nothing was kept under this id.
 *
 * @param kind What its subject begins with: `evaluation`, `analysis`.
 */
export async function keptEntry(
  { log }: Pick<PageParts, "log">,
  session: Session,
  { kind, id }: { readonly kind: string; readonly id: string },
) {
  // Anything else was never given out: it need not be looked for.
  if (!Id.safeParse(id).success) return undefined;
  const channel = sessionChannel(session.id);
  const [entry] = await log.readSubject(channel, `${kind}:${id}`, 0, 1);
  if (entry === undefined) return undefined;
  const { offset, at, hash } = entry;
  return { body: recordedEvent(entry).body, kept: { offset, at, hash } };
}
