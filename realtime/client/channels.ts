/**
 * The channels a client follows and where it stands in each (P11): what comes again is
 * dropped, a hole asks again from the last position, a lost history is told to the follower.
 */
import type { Json } from "../json.ts";
import type { Clock, Link } from "./link.ts";
import {
  type ClientPosition,
  type Incoming,
  type NamedPosition,
  numberOf,
  parsePosition,
  parseUsers,
  type PresentUser,
  type Publication,
  stringOf,
} from "./wire.ts";

/** Why what the follower holds no longer continues. */
export type ResetReason = "lost" | "diverged";

export interface PresenceChange {
  readonly joined: readonly PresentUser[];
  readonly left: readonly string[];
  /** `joined` is everyone: replace, do not merge. */
  readonly full: boolean;
}

/** What one channel's reader wants to hear. Publications come in order, each once. */
export interface Follower {
  publication?(publication: Publication): void;
  /** Publications without an offset (P9). */
  signal?(message: Incoming): void;
  presence?(change: PresenceChange): void;
  /** Nothing more comes until `resume` names the position of a fresh state. */
  reset?(reason: ResetReason): void;
  /** The channel cannot be read: the code says why (P7). */
  refused?(code: string): void;
}

export interface Subscription {
  readonly position: ClientPosition | undefined;
  /** Continues from a state that was read at `position`. */
  resume(position: ClientPosition): void;
  stop(): void;
}

export interface Progress {
  readonly done: number;
  readonly total: number;
}

interface Followed {
  readonly channel: string;
  readonly follower: Follower | undefined;
  position: ClientPosition | undefined;
  phase: "idle" | "asking" | "following" | "reset";
  /** Raised with each SUBSCRIBE, so that the answer to an older one is ignored. */
  round: number;
  /** Set while missed publications are on their way. */
  catchUp: { readonly from: number; readonly to: number } | undefined;
}

/** A refused SUBSCRIBE with these codes is asked again; the others are final. */
const PASSING = new Set(["rate_limited", "unavailable", "internal"]);
const ASK_AGAIN_MS = 1_000;

export class Channels {
  readonly #followed = new Map<string, Followed>();
  readonly #clock: Clock;
  readonly #changed: () => void;
  readonly #asksLater = new Set<() => void>();
  #link: Link | undefined;

  /** @param changed Called when positions or the catching up have changed. */
  constructor(clock: Clock, changed: () => void) {
    this.#clock = clock;
    this.#changed = changed;
  }

  /** @throws {RangeError} If the channel is followed already. */
  follow(
    channel: string,
    follower: Follower,
    since?: ClientPosition,
  ): Subscription {
    if (this.#followed.get(channel)?.follower) {
      throw new RangeError(`Cannot follow ${channel}: it is followed already`);
    }
    const followed: Followed = {
      channel,
      follower,
      position: since,
      phase: "idle",
      round: 0,
      catchUp: undefined,
    };
    this.#followed.set(channel, followed);
    this.#ask(followed);
    return {
      get position() {
        return followed.position;
      },
      resume: (position) => {
        followed.position = position;
        this.#ask(followed);
      },
      stop: () => this.#stop(followed),
    };
  }

  positions(): readonly NamedPosition[] {
    return [...this.#followed.values()].flatMap(({ channel, position }) =>
      position ? [{ channel, ...position }] : []
    );
  }

  /** How far the missed publications of all channels have come; undefined when none are awaited. */
  progress(): Progress | undefined {
    let done = 0;
    let total = 0;
    for (const { catchUp, position } of this.#followed.values()) {
      if (!catchUp) continue;
      total += catchUp.to - catchUp.from;
      done += (position?.offset ?? catchUp.from) - catchUp.from;
    }
    return total > 0 ? { done, total } : undefined;
  }

  /** A link is up: continue every channel from where it stands. */
  attach(link: Link, subscribedByServer: readonly NamedPosition[]): void {
    this.#link = link;
    for (const { channel, ...head } of subscribedByServer) {
      const followed = this.#followed.get(channel);
      if (followed?.follower) continue;
      const last = followed?.position;
      if (followed && last?.epoch === head.epoch && last.offset < head.offset) {
        continue;
      }
      this.#followed.set(channel, {
        channel,
        follower: undefined,
        position: head,
        phase: "following",
        round: 0,
        catchUp: undefined,
      });
    }
    for (const followed of this.#followed.values()) {
      if (followed.phase === "idle") this.#ask(followed);
    }
  }

  detach(): void {
    this.#link = undefined;
    for (const cancel of this.#asksLater) cancel();
    this.#asksLater.clear();
    for (const followed of this.#followed.values()) {
      followed.catchUp = undefined;
      if (followed.phase !== "reset") followed.phase = "idle";
    }
  }

  /** Puts a message in its place; false when it has none: come before, or of a channel not followed. */
  take(message: Incoming): boolean {
    const { channel, offset } = message;
    if (channel === undefined) return true;
    const followed = this.#followed.get(channel);
    if (!followed) return false;
    if (message.type === "PRESENCE") this.#presence(followed, message);
    else if (message.type === "GAP") this.#gap(followed, message);
    else if (offset === undefined) followed.follower?.signal?.(message);
    else return this.#place(followed, { ...message, channel, offset });
    return true;
  }

  #place(followed: Followed, publication: Publication): boolean {
    const { position, phase } = followed;
    // Without a position, or while a fresh state is being read, nothing can be put in order.
    if (!position || phase === "reset" || phase === "idle") return false;
    if (
      publication.epoch !== undefined && publication.epoch !== position.epoch
    ) {
      if (phase === "following") this.#ask(followed);
      return false;
    }
    if (publication.offset <= position.offset) return false;
    if (publication.offset > position.offset + 1) {
      if (phase === "following") this.#ask(followed);
      return false;
    }
    const { offset, hash } = publication;
    const { epoch } = position;
    followed.position = hash === undefined
      ? { epoch, offset }
      : { epoch, offset, hash };
    if (followed.catchUp && offset >= followed.catchUp.to) {
      followed.catchUp = undefined;
    }
    followed.follower?.publication?.(publication);
    this.#changed();
    return true;
  }

  #ask(followed: Followed): void {
    followed.round += 1;
    const link = this.#link;
    if (!link) {
      followed.phase = "idle";
      return;
    }
    followed.phase = "asking";
    const { channel, position, round } = followed;
    const presence = followed.follower?.presence !== undefined;
    const payload: Json = position
      ? { since: { ...position }, presence }
      : { presence };
    link.request({ type: "SUBSCRIBE", channel, payload }, (outcome) => {
      if (followed.round !== round || this.#link !== link) return;
      if (outcome.state === "unknown") return this.#ask(followed);
      this.#answered(followed, outcome.message);
    });
  }

  #answered(followed: Followed, { type, payload }: Incoming): void {
    const { follower, position } = followed;
    if (type === "ERROR") {
      const code = stringOf(payload.code) ?? "internal";
      if (PASSING.has(code)) return this.#askLater(followed, payload);
      this.#followed.delete(followed.channel);
      return follower?.refused?.(code);
    }
    const head = parsePosition(payload);
    if (!head) return this.#askLater(followed, payload);
    if (payload.presence !== undefined) {
      const joined = parseUsers(payload.presence);
      follower?.presence?.({ joined, left: [], full: true });
    }
    if (position && payload.recovered === false && follower) {
      followed.phase = "reset";
      follower.reset?.(payload.diverged === true ? "diverged" : "lost");
    } else {
      followed.phase = "following";
      const known = position && payload.recovered !== false;
      if (!known) followed.position = head;
      followed.catchUp = known && head.offset > position.offset
        ? { from: position.offset, to: head.offset }
        : undefined;
    }
    this.#changed();
  }

  #askLater(followed: Followed, payload: Incoming["payload"]): void {
    const { round } = followed;
    const delayMs = numberOf(payload.retryAfterMs) ?? ASK_AGAIN_MS;
    const cancel = this.#clock.after(delayMs, () => {
      this.#asksLater.delete(cancel);
      const current = this.#followed.get(followed.channel) === followed;
      if (current && followed.round === round) this.#ask(followed);
    });
    this.#asksLater.add(cancel);
  }

  #presence({ follower }: Followed, { payload }: Incoming): void {
    const left = Array.isArray(payload.left)
      ? payload.left.flatMap((id: unknown) =>
        typeof id === "string" ? [id] : []
      )
      : [];
    const full = payload.full === true;
    follower?.presence?.({ joined: parseUsers(payload.joined), left, full });
  }

  /** A transient history moved on: what was between is gone, go on behind it, or in its next life. */
  #gap(followed: Followed, { payload }: Incoming): void {
    const to = numberOf(payload.to);
    const { position, phase } = followed;
    const epoch = stringOf(payload.epoch) ?? position?.epoch;
    if (epoch !== position?.epoch) {
      if (phase === "following") this.#ask(followed);
      return;
    }
    if (to === undefined || !position || to <= position.offset) return;
    followed.position = { epoch: position.epoch, offset: to };
    this.#changed();
  }

  #stop(followed: Followed): void {
    if (this.#followed.get(followed.channel) !== followed) return;
    this.#followed.delete(followed.channel);
    followed.round += 1;
    this.#link?.send({ type: "UNSUBSCRIBE", channel: followed.channel });
    this.#changed();
  }
}
