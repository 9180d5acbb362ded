/** Makes a room live: publications through the domain's evolve, presence, messages by command. */
import { batch } from "@preact/signals";
import type { RecordedEvent } from "../domain/decider.ts";
import { CONSENSUS_UPDATE } from "../domain/consensus/polls/events.ts";
import { evolve } from "../domain/sessions/session.ts";
import type {
  PresenceChange,
  Subscription,
} from "../realtime/client/channels.ts";
import type { RealtimeClient } from "../realtime/client/client.ts";
import { MessageRefused } from "../realtime/client/message_refused.ts";
import type { PresentUser, Publication } from "../realtime/client/wire.ts";
import { monotonicClock } from "../realtime/client/browser_socket.ts";
import type { Clock } from "../realtime/client/link.ts";
import { freshId } from "./browser_client.ts";
import { readState } from "./page_context.ts";
import { recordedEvent } from "./recorded_event.ts";
import {
  isKnownEntry,
  type Line,
  MAX_LINES,
  tellsOf,
  withEntry,
} from "./room_lines.ts";
import type { RoomModel } from "./room_model.ts";
import type { RoomState } from "./room_state.ts";

/** A state that could not be read is asked for again after this. */
const RENEW_AGAIN_MS = 2_000;

export interface LiveOptions {
  readonly client: Pick<RealtimeClient, "follow" | "command" | "onView">;
  /** Reads the page's state from the server again. */
  readonly reload: () => Promise<RoomState | undefined>;
  /** @default the browser's */
  readonly clock?: Clock;
  /** @default a random id */
  readonly newId?: () => string;
}

/** Hands back the stop. */
export function goLive(room: RoomModel, options: LiveOptions): () => void {
  const { client, reload, newId = freshId } = options;
  const clock = options.clock ?? monotonicClock;
  const { channel, ...since } = room.position.peek();

  let renewing = false;
  let cancelRenew = () => {};
  const subscription: Subscription = client.follow(channel, {
    publication: (publication) => {
      // What comes while a fresh state is read is asked for again from its position.
      if (renewing) return;
      const event = recordedEvent(publication);
      if (!isKnownEntry(event)) return void renew();
      apply(room, publication, event);
      if (erasesPart(room, event)) void renew();
    },
    presence: (change) => {
      room.presence.value = present(room.presence.peek(), change);
    },
    reset: () => void renew(),
    // Removed from the session, or it is gone: the server's page says which.
    refused: () => location.reload(),
  }, since);

  const renew = async () => {
    if (renewing) return;
    renewing = true;
    try {
      const fresh = await reload();
      if (!fresh) return;
      const { channel: _, ...position } = fresh.position;
      batch(() => {
        room.session.value = fresh.session;
        room.position.value = fresh.position;
        room.presence.value = fresh.presence;
        room.recent.value = fresh.lines;
        room.pollNames.value = fresh.pollNames;
        // Another life of the stream may have another past.
        room.older.value = fresh.older ?? [];
        room.rewrites.value++;
        settle(room);
      });
      room.pollFeed.peek()?.renew(fresh.polls);
      subscription.resume(position);
    } catch {
      // The server cannot be asked just now; until then the room stands still.
      cancelRenew = clock.after(RENEW_AGAIN_MS, () => void renew());
    } finally {
      renewing = false;
    }
  };

  room.send.value = (text) => void send(room, client, text, newId());
  const stopView = client.onView(({ state, heardAt }) => {
    const away = state === "reconnecting" || state === "offline" ||
      state === "denied";
    if (!away) room.staleSince.value = undefined;
    else if (heardAt !== undefined) {
      room.staleSince.value ??= Date.now() - (performance.now() - heardAt);
    }
  });
  return () => {
    stopView();
    cancelRenew();
    room.send.value = undefined;
    subscription.stop();
  };
}

/**
 * Reads the page again and takes the state it carries. A page of another build needs that
 * build's scripts, so it is loaded whole.
 */
export async function reloadRoom(
  build: string,
): Promise<RoomState | undefined> {
  const response = await fetch(location.href, { cache: "no-store" });
  if (response.redirected || !response.ok) {
    location.reload();
    return undefined;
  }
  const page = new DOMParser().parseFromString(
    await response.text(),
    "text/html",
  );
  const state = readState<RoomState>("SessionRoom", page);
  if (state.build === build) return state;
  location.reload();
  return undefined;
}

function apply(
  room: RoomModel,
  publication: Publication,
  event: RecordedEvent,
): void {
  const next = evolve(room.session.peek(), event);
  const { channel, epoch = "", hash } = room.position.peek();
  const { offset, messageId } = publication;
  batch(() => {
    // Its own lines are not shown: the timeline has them with the polls'.
    if (next.status !== "none") {
      room.session.value = { ...next, activity: [] };
    }
    keepLine(room, event);
    if (event.body?.event === "body_erased") eraseLine(room, event.body.offset);
    room.position.value = {
      channel,
      epoch,
      offset,
      hash: publication.hash ?? hash,
    };
    room.pending.value = room.pending.peek().filter((one) =>
      one.messageId !== messageId
    );
    settle(room);
  });
  if (event.type === CONSENSUS_UPDATE) {
    room.pollFeed.peek()?.take(event, publication);
  }
}

/** A line that makes room for it joins the older ones, if those are shown: else a hole would open. */
function keepLine(room: RoomModel, event: RecordedEvent): void {
  const lines = withEntry(room.recent.peek(), event);
  room.recent.value = lines.slice(-MAX_LINES);
  const line = lines.at(-1);
  // Its opening scrolls out of the lines before its result comes in.
  if (line?.event === "consensus_initiated") {
    const { pollId, question, labels } = line;
    const name = { question, labels };
    room.pollNames.value = { ...room.pollNames.peek(), [pollId]: name };
  }
  const older = room.older.peek();
  if (older.length === 0 || room.detached) return;
  const left = lines.slice(0, -MAX_LINES);
  if (left.length > 0) room.older.value = [...older, ...left];
}

/** What was erased is gone from the page too, wherever on it. */
function eraseLine(room: RoomModel, offset: unknown): void {
  room.rewrites.value++;
  const erase = (lines: readonly Line[]) =>
    lines.map((line): Line =>
      line.offset === offset && !isFolded(line)
        ? { offset, at: line.at, event: "erased", userId: null, name: null }
        : line
    );
  room.recent.value = erase(room.recent.peek());
  room.older.value = erase(room.older.peek());
}

/** One of several entries of a line was erased: which part of it that was, the log knows. */
function erasesPart(room: RoomModel, { body }: RecordedEvent): boolean {
  if (body?.event !== "body_erased") return false;
  const offset = Number(body.offset);
  return [...room.recent.peek(), ...room.older.peek()].some((line) =>
    isFolded(line) && tellsOf(line, offset)
  );
}

function isFolded(line: Line): boolean {
  return "last" in line && line.last > line.offset;
}

/** Shown back is shown: what the applied entries contain no longer waits. */
function settle(room: RoomModel): void {
  const { offset } = room.position.peek();
  room.pending.value = room.pending.peek().filter((one) =>
    one.offset === undefined || one.offset > offset
  );
}

async function send(
  room: RoomModel,
  client: LiveOptions["client"],
  text: string,
  messageId: string,
): Promise<void> {
  const sessionId = room.session.peek().id;
  room.pending.value = [...room.pending.peek(), { messageId, text }];
  room.mistake.value = undefined;
  try {
    const { positions } = await client.command("post_message", {
      sessionId,
      text,
    }, messageId);
    const { channel } = room.position.peek();
    const offset = positions.find((one) => one.channel === channel)?.offset;
    room.pending.value = room.pending.peek().map((one) =>
      one.messageId === messageId ? { ...one, offset } : one
    );
    settle(room);
  } catch (error) {
    if (!(error instanceof MessageRefused)) throw error;
    batch(() => {
      room.pending.value = room.pending.peek().filter((one) =>
        one.messageId !== messageId
      );
      room.mistake.value = {
        form: "message",
        fields: { text: error.message },
        input: { text },
      };
      // What was written comes back, unless something new stands there already.
      room.draft.value ||= text;
    });
  }
}

function present(
  before: readonly PresentUser[],
  { joined, left, full }: PresenceChange,
): readonly PresentUser[] {
  if (full) return joined;
  const changed = new Set([...left, ...joined.map(({ userId }) => userId)]);
  return [...before.filter(({ userId }) => !changed.has(userId)), ...joined];
}
