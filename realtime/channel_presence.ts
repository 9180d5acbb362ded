/**
 * Who is in a channel: everybody on every node for those who watch here, and those here for
 * nodes that watch (P8, T2). Kept only while somebody watches.
 */
import { byteLength, type Encoded, encodePresence } from "./frame.ts";
import {
  Presence,
  type PresenceDiff,
  type PresenceMember,
  type PresenceRow,
  presentUser,
} from "./presence.ts";

/** Who is in a channel on other nodes, and which of them want to know who is here. */
export interface ChannelPeers {
  /** Somebody here watches from now on. Answers with the members known so far. */
  watched(channel: string): Iterable<PresenceMember>;
  /** Nobody here does any more. */
  unwatched(channel: string): void;
  /** Tells the nodes that watch what has changed here. */
  tell(channel: string, diff: PresenceDiff): void;
}

interface Watcher extends PresenceMember {
  watchesPresence: boolean;
}

export class ChannelPresence {
  readonly #channel: string;
  readonly #here: Iterable<PresenceMember>;
  readonly #peers: ChannelPeers | undefined;
  #everybody: Presence | undefined;
  #outward: Presence | undefined;
  #watchers = 0;

  /** @param here Those who hold a subscription on this node, as they come and go. */
  constructor(
    channel: string,
    here: Iterable<PresenceMember>,
    peers: ChannelPeers | undefined,
  ) {
    this.#channel = channel;
    this.#here = here;
    this.#peers = peers;
  }

  /** True when somebody is to be told something. */
  get changed(): boolean {
    return this.#everybody?.changed === true || this.#outward?.changed === true;
  }

  /** Everybody, on every node; nobody unless somebody here watches. */
  roster(): readonly PresenceRow[] {
    return this.#everybody?.roster() ?? [];
  }

  add(member: PresenceMember): void {
    this.#everybody?.add(member);
    this.#outward?.add(member);
  }

  remove(member: PresenceMember): void {
    this.#everybody?.remove(member);
    this.#outward?.remove(member);
  }

  /** The member became away or active, or plays another role. */
  touch(member: PresenceMember): void {
    this.#everybody?.touch(member);
    this.#outward?.touch(member);
  }

  /** What is known of a person on another node is now this; undefined: nothing. */
  replaceElsewhere(
    before: PresenceMember | undefined,
    now: PresenceMember | undefined,
  ): void {
    if (before !== undefined) this.#everybody?.remove(before);
    if (now !== undefined) this.#everybody?.add(now);
  }

  /** Starts or stops telling this subscriber who joins and leaves. */
  watch(watcher: Watcher, wanted: boolean): void {
    if (watcher.watchesPresence === wanted) return;
    watcher.watchesPresence = wanted;
    this.#watchers += wanted ? 1 : -1;
    if (this.#watchers === 0) {
      this.#everybody = undefined;
      this.#peers?.unwatched(this.#channel);
    } else {
      this.#everybody ??= new Presence([
        ...this.#here,
        ...this.#peers?.watched(this.#channel) ?? [],
      ]);
    }
  }

  /** Starts telling other nodes who joins and leaves here. Answers with those who are here. */
  openOutward(): readonly PresenceRow[] {
    this.#outward ??= new Presence(this.#here, { tellsCounts: true });
    return this.#outward.roster();
  }

  closeOutward(): void {
    this.#outward = undefined;
  }

  /** Tells other nodes what changed, and hands back what watchers here are to be told. */
  flush(): Encoded | undefined {
    const diff = this.#outward?.takeDiff();
    if (diff !== undefined) this.#peers?.tell(this.#channel, diff);
    const told = this.#everybody?.takeDiff();
    if (told === undefined) return undefined;
    const joined = told.joined.map(presentUser);
    const text = encodePresence(this.#channel, { joined, left: told.left });
    return { text, bytes: byteLength(text) };
  }
}
