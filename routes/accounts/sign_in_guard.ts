/**
 * Slows down whoever guesses passwords: by name, by name and address, and by address. Nodes
 * tell each other every try, so that a guesser gains nothing by going from one to another.
 */
import { createHmac } from "node:crypto";
import { LRUCache } from "lru-cache";
import { z } from "zod";
import type { SignInLock } from "../../domain/accounts/account.ts";
import { TokenBucket } from "../../realtime/limits.ts";
import type { Bus } from "../../realtime/nodes/bus.ts";

/** Wrong tries in a row from one address that cost no wait. */
export const FREE_TRIES = 5;
/** And of one name from anywhere: more, so that a stranger cannot easily lock somebody out. */
export const FREE_TRIES_OF_NAME = 20;
/** The first wait; each further wrong try doubles it. */
export const FIRST_WAIT_MS = 15_000;
export const LONGEST_WAIT_MS = 15 * 60_000;
/** Sign-in posts of one address: as many at once, and then one each so often. */
export const BURST = 20;
export const EACH_MS = 3_000;
/** Names and addresses that are remembered; the least recent go first. */
const MAX_KEPT = 10_000;
/** Wrong tries are forgotten when nothing came for so long. */
const FORGET_AFTER_MS = 24 * 60 * 60_000;
/** Tries a second that other nodes are told of: a flood of names must not fill the bus. */
const TOLD_PER_SECOND = 100;

const SUBJECT = "sign_ins.guard";

/** What happened at another node. Keys are digests: people type passwords for names. */
const Told = z.discriminatedUnion("what", [
  z.object({ what: z.literal("posted"), network: z.string() }),
  z.object({ what: z.literal("tried"), name: z.string(), both: z.string() }),
  z.object({
    what: z.literal("succeeded"),
    name: z.string(),
    both: z.string(),
  }),
]);
type Told = z.infer<typeof Told>;

export interface GuardOptions {
  /** ms since 1970. */
  readonly now: () => number;
  /** What an earlier run had noted of a name. */
  readonly lockOf: (userId: string) => SignInLock | null | undefined;
  /** Makes digests of names and addresses; the same on every node. @default one of its own */
  readonly secret?: string;
  /** @default there are no other nodes */
  readonly bus?: Pick<Bus, "peers" | "publish" | "subscribe">;
}

interface Tries extends SignInLock {
  readonly at: number;
}

export class SignInGuard {
  readonly #now: () => number;
  readonly #lockOf: GuardOptions["lockOf"];
  readonly #secret: string;
  readonly #bus: GuardOptions["bus"];
  readonly #telling: TokenBucket;
  readonly #stop: (() => void) | undefined;
  readonly #byName = new LRUCache<string, Tries>({ max: MAX_KEPT });
  readonly #byBoth = new LRUCache<string, Tries>({ max: MAX_KEPT });
  /** By address: until when its burst is used up, ms since 1970. */
  readonly #byAddress = new LRUCache<string, number>({ max: MAX_KEPT });

  constructor(options: GuardOptions) {
    const { now, lockOf, secret = crypto.randomUUID(), bus } = options;
    this.#now = now;
    this.#lockOf = lockOf;
    this.#secret = secret;
    this.#bus = bus;
    this.#telling = new TokenBucket(
      TOLD_PER_SECOND,
      TOLD_PER_SECOND,
      now(),
    );
    this.#stop = bus?.subscribe(
      SUBJECT,
      (body) => this.#hear(Told.parse(body)),
    );
  }

  /** Hears no more of other nodes. */
  close(): void {
    this.#stop?.();
  }

  /** Counts a post of an address; ms to wait when there were too many, else 0. */
  posted(address: string): number {
    const now = this.#now();
    const key = this.#digest(network(address));
    const usedUntil = Math.max(this.#byAddress.get(key) ?? 0, now);
    const waitMs = usedUntil + EACH_MS - now - BURST * EACH_MS;
    if (waitMs > 0) return waitMs;
    this.#byAddress.set(key, usedUntil + EACH_MS);
    this.#tell({ what: "posted", network: key });
    return 0;
  }

  /** ms until a password for this name may be tried from this address; 0: now. */
  waitMs(userId: string, address: string): number {
    const now = this.#now();
    const name = this.#triesOf(userId);
    const both = this.#alive(this.#byBoth.get(this.#pair(userId, address)));
    return Math.max(0, name.until - now, both.until - now);
  }

  /**
   * Counts a try as wrong before it is checked, so that many at once count too.
   *
   * @returns The lock of the name when there is a new one: it is to outlive this process.
   */
  tried(userId: string, address: string): SignInLock | undefined {
    const now = this.#now();
    const name = this.#digest(userId);
    const both = this.#pair(userId, address);
    const tries = this.#count(this.#triesOf(userId), { name, both });
    this.#tell({ what: "tried", name, both });
    return tries.until > now
      ? { failures: tries.failures, until: tries.until }
      : undefined;
  }

  /** It was the right one: nothing is held against them. */
  succeeded(userId: string, address: string): void {
    const name = this.#digest(userId);
    const both = this.#pair(userId, address);
    this.#clear({ name, both });
    this.#tell({ what: "succeeded", name, both });
  }

  #count(
    known: Tries,
    { name, both }: { readonly name: string; readonly both: string },
  ): Tries {
    const now = this.#now();
    const ofBoth = this.#alive(this.#byBoth.get(both)).failures + 1;
    this.#byBoth.set(both, triesAt(now, ofBoth, FREE_TRIES));
    const tries = triesAt(now, known.failures + 1, FREE_TRIES_OF_NAME);
    this.#byName.set(name, tries);
    return tries;
  }

  #clear(
    { name, both }: { readonly name: string; readonly both: string },
  ): void {
    this.#byBoth.delete(both);
    this.#byName.set(name, { failures: 0, until: 0, at: this.#now() });
  }

  #hear(told: Told): void {
    switch (told.what) {
      case "posted": {
        const now = this.#now();
        const usedUntil = Math.max(this.#byAddress.get(told.network) ?? 0, now);
        return void this.#byAddress.set(told.network, usedUntil + EACH_MS);
      }
      case "tried":
        return void this.#count(this.#alive(this.#byName.get(told.name)), told);
      case "succeeded":
        return this.#clear(told);
    }
  }

  #tell(told: Told): void {
    const bus = this.#bus;
    if (bus === undefined || bus.peers().length === 0) return;
    if (this.#telling.take(this.#now()).ok) bus.publish(SUBJECT, told);
  }

  #pair(userId: string, address: string): string {
    return this.#digest(`${network(address)} ${userId}`);
  }

  /** The prefix keeps it from being taken for a signature made for another purpose. */
  #digest(text: string): string {
    return createHmac("sha256", this.#secret).update(`guard.1.${text}`)
      .digest("base64").slice(0, 22);
  }

  /** What was noted by an earlier run or another node counts too, until the right password came. */
  #triesOf(userId: string): Tries {
    const lock = this.#lockOf(userId);
    const noted = this.#alive(lock ? { ...lock, at: lock.until } : undefined);
    const kept = this.#byName.get(this.#digest(userId));
    if (kept === undefined) return noted;
    const { failures, until, at } = this.#alive(kept);
    if (failures === 0) return { failures, until, at };
    return {
      failures: Math.max(failures, noted.failures),
      until: Math.max(until, noted.until),
      at,
    };
  }

  #alive(tries: Tries | undefined): Tries {
    const isAlive = tries !== undefined &&
      this.#now() - tries.at < FORGET_AFTER_MS;
    return isAlive ? tries : { failures: 0, until: 0, at: this.#now() };
  }
}

function triesAt(now: number, failures: number, free: number): Tries {
  const over = failures - free;
  // 2 ** 10 of the first wait is over the longest; more would overflow one day.
  const waitMs = over < 0
    ? 0
    : Math.min(FIRST_WAIT_MS * 2 ** Math.min(over, 10), LONGEST_WAIT_MS);
  return { failures, until: waitMs === 0 ? 0 : now + waitMs, at: now };
}

/** One household has a /64 of IPv6 addresses at will; of IPv4 the address counts. */
function network(address: string): string {
  if (!address.includes(":")) return address;
  const mapped = address.match(/^::ffff:(\d+\.\d+\.\d+\.\d+)$/i);
  if (mapped) return mapped[1];
  const [head, tail] = address.split("%")[0].split("::");
  const before = head === "" ? [] : head.split(":");
  const after = tail ? tail.split(":") : [];
  const zeros = tail === undefined ? 0 : 8 - before.length - after.length;
  const groups = [
    ...before,
    ...Array.from({ length: Math.max(0, zeros) }, () => "0"),
    ...after,
  ];
  return groups.slice(0, 4).map((group) => group.replace(/^0+(?=.)/, ""))
    .join(":").toLowerCase();
}
