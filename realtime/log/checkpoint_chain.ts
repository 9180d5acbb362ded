/** The checkpoints of a log in their order: whether each is genuine and follows the one before. */
import type { Bad } from "./chain.ts";
import {
  type CheckpointHead,
  openCheckpoint,
  type SignedCheckpoint,
} from "./checkpoint.ts";
import type { Epochs } from "./epochs.ts";

export interface CheckpointTrust {
  /** Public key the checkpoints must carry. @default the first checkpoint's */
  readonly trustedKey?: string;
  /** A checkpoint kept elsewhere, which the log must still hold. */
  readonly latest?: SignedCheckpoint;
}

export class CheckpointChain {
  readonly #epochs: Epochs;
  readonly #trust: CheckpointTrust;
  #reached = 0;
  #before?: SignedCheckpoint;
  #holdsLatest: boolean;

  constructor(epochs: Epochs, trust: CheckpointTrust) {
    this.#epochs = epochs;
    this.#trust = trust;
    this.#holdsLatest = trust.latest === undefined;
  }

  /** The heads the next one signs for; undefined when it is not what should come next. */
  add(signed: SignedCheckpoint): readonly CheckpointHead[] | undefined {
    const { trustedKey, latest } = this.#trust;
    const checkpoint = openCheckpoint(signed, this.#before, trustedKey);
    // An epoch that was left does not come back.
    const epoch = checkpoint ? this.#epochs.indexOf(checkpoint.epoch) : -1;
    if (!checkpoint || epoch < this.#reached) return undefined;
    this.#reached = epoch;
    this.#before = signed;
    this.#holdsLatest ||= signed.text === latest?.text;
    return checkpoint.heads;
  }

  /** The kept one, when it was not among them. To be asked after the last. */
  missing(): SignedCheckpoint | undefined {
    return this.#holdsLatest ? undefined : this.#trust.latest;
  }
}

/** Names the first head it speaks of, as far as its text can be read at all. */
export function badCheckpoint({ text }: SignedCheckpoint): Bad {
  const match = text.match(
    /"heads":\[\{"channel":"([^"]*)","hash":"[^"]*","offset":(\d+)/,
  );
  const channel = match?.[1] ?? "";
  return { channel, offset: Number(match?.[2] ?? 0), reason: "bad_checkpoint" };
}
