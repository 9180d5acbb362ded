/**
 * Who numbers which topic: the port, with its rules, and the implementation for nodes of one
 * process. Every store of it is tested against these.
 *
 * - **TO1** A topic has at most one owner. Whoever claims one that has none, or whose owner's
 *   lease has run out, becomes it, under the epoch it brings.
 * - **TO2** A claim of a topic that a living node owns changes nothing and names that owner.
 * - **TO3** Numbers of claims rise: of two owners of a topic the one with the higher is the later.
 * - **TO4** The owner keeps its epoch with `held` for as long as nobody replaced it, however long
 *   it was away; without it, it begins anew.
 * - **TO5** `release` gives up all that this node owns; others need not wait for its lease.
 */

export interface TopicOwner {
  readonly node: string;
  /** The life of the topic that it numbers. */
  readonly epoch: string;
  readonly claim: number;
  /** The epoch before this one, whose history the owner may go on with. */
  readonly previous: string | undefined;
}

export interface TopicClaim {
  readonly channel: string;
  /** What the topic's next life is called, if this claim begins one. */
  readonly epoch: string;
  /** The epoch this node has numbered, and would go on with. */
  readonly held: string | undefined;
}

/** As one node sees it. */
export interface TopicOwners {
  /** The topic's owner from now on. @throws when the store does not answer in time */
  claim(claim: TopicClaim): Promise<TopicOwner>;
  /** @throws when the store does not answer in time */
  release(): Promise<void>;
}

/** It was given up. */
const NOBODY = "";

/** Owners of the topics of several nodes in one process: for tests and embedding. */
export class MemoryTopicOwners {
  /** True: it answers nobody, as a store that cannot be reached. */
  isDown = false;
  readonly #owners = new Map<string, TopicOwner>();
  readonly #isAlive: (node: string) => boolean;
  #claims = 0;

  /** @param isAlive Whether the lease of that node runs. */
  constructor(isAlive: (node: string) => boolean) {
    this.#isAlive = isAlive;
  }

  of(node: string): TopicOwners {
    return {
      claim: (claim) => this.#answer(() => this.#claim(node, claim)),
      release: () => this.#answer(() => this.#release(node)),
    };
  }

  async #answer<T>(run: () => T): Promise<T> {
    await Promise.resolve();
    if (this.isDown) throw new Error("Cannot ask who owns a topic");
    return run();
  }

  #claim(node: string, { channel, epoch, held }: TopicClaim): TopicOwner {
    const known = this.#owners.get(channel);
    const stays = known?.node === node
      ? known.epoch === held
      : known !== undefined && known.node !== NOBODY &&
        this.#isAlive(known.node);
    if (known !== undefined && stays) return known;
    const claim = ++this.#claims;
    const owner = { node, epoch, claim, previous: known?.epoch };
    this.#owners.set(channel, owner);
    return owner;
  }

  #release(node: string): void {
    for (const [channel, owner] of this.#owners) {
      if (owner.node === node) {
        this.#owners.set(channel, { ...owner, node: NOBODY });
      }
    }
  }
}
