/** The calling thread's end of the reader: identical reads under way share one answer. */
import { recalled } from "./apply.ts";
import type { SignedCheckpoint } from "./checkpoint.ts";
import type { FeedPage } from "./feed.ts";
import type {
  Committed,
  Entry,
  Position,
  Query,
  Recall,
  Rows,
  Verification,
} from "./log.ts";
import { refusedOrKnown } from "./packed.ts";
import { shortHash } from "./record.ts";
import type {
  PackedRecord,
  ReaderReply,
  ReaderRequest,
} from "./sqlite_messages.ts";
import { WorkerCalls } from "./worker_calls.ts";

type Answer = Exclude<ReaderReply, { state: "unavailable" }>;
type Calls = WorkerCalls<ReaderRequest, Answer>;

export class ReaderThread {
  readonly #calls: Calls;
  readonly #path: string;
  readonly #epoch: string;
  readonly #verifying = new Set<Calls>();
  readonly #underWay = new Map<string, Promise<readonly Entry[]>>();
  #generation = 0;

  private constructor(calls: Calls, path: string, epoch: string) {
    this.#calls = calls;
    this.#path = path;
    this.#epoch = epoch;
  }

  /** @param failed Told when the thread died by itself. */
  static async open(
    path: string,
    epoch: string,
    failed?: (reason: string) => void,
  ): Promise<ReaderThread> {
    return new ReaderThread(await startReader(path, failed), path, epoch);
  }

  /** To be called after every write: a read sent before it must not answer one asked after. */
  changed(): void {
    this.#generation++;
  }

  read(
    channel: string,
    subject: string | null,
    after: number,
    limit: number,
  ): Promise<readonly Entry[]> {
    const atMost = Math.max(0, Math.min(limit, Number.MAX_SAFE_INTEGER));
    const key = JSON.stringify([
      this.#generation,
      channel,
      subject,
      after,
      atMost,
    ]);
    const underWay = this.#underWay.get(key);
    if (underWay) return underWay;
    const request = {
      do: "read",
      channel,
      subject,
      after,
      limit: atMost,
    } as const;
    const read = this.#calls.ask(request, "entries")
      .then(({ records }) => this.#entries(records))
      .finally(() => this.#underWay.delete(key));
    this.#underWay.set(key, read);
    return read;
  }

  async page(after: number, limit: number): Promise<FeedPage> {
    const request = { do: "page", after, limit } as const;
    const { records, cursor } = await this.#calls.ask(request, "entries");
    return { entries: this.#entries(records), cursor };
  }

  async head(channel: string): Promise<Position> {
    const request = { do: "head", channel } as const;
    const { offset, hash } = await this.#calls.ask(request, "head");
    return { epoch: this.#epoch, offset, hash: shortHash(hash) };
  }

  async query(view: string, query: Query): Promise<Rows> {
    return (await this.#calls.ask({ do: "query", view, query }, "rows")).rows;
  }

  async recall(recall: Recall): Promise<Committed | undefined> {
    const { known } = await this.#calls.ask({ do: "recall", recall }, "known");
    if (!known) return undefined;
    const outcome = recalled(known, recall.requestHash ?? null);
    return refusedOrKnown(outcome, this.#epoch);
  }

  async checkpoints(): Promise<readonly SignedCheckpoint[]> {
    const answer = await this.#calls.ask({ do: "checkpoints" }, "checkpoints");
    return answer.checkpoints;
  }

  /** In a thread of its own: walking a long log would hold up every other read. */
  async verify(
    channel: string | undefined,
    trustedKey: string,
    latest: SignedCheckpoint | undefined,
  ): Promise<Verification> {
    const calls = await startReader(this.#path);
    this.#verifying.add(calls);
    try {
      const request = {
        do: "verify",
        channel: channel ?? null,
        trustedKey,
        latest: latest ?? null,
      } as const;
      const { verification } = await calls.ask(request, "verified");
      // A thread that is ended lets go of the file only later, maybe after the log's close.
      await calls.ask({ do: "close" }, "done");
      return verification;
    } finally {
      this.#verifying.delete(calls);
      calls.end("the check is over");
    }
  }

  /** Lets go of the file, so that whoever closes last can tidy it up. */
  async close(): Promise<void> {
    await this.#calls.ask({ do: "close" }, "done");
  }

  end(reason: string): void {
    for (const calls of this.#verifying) calls.end(reason);
    this.#calls.end(reason);
  }

  #entries(records: readonly PackedRecord[]): Entry[] {
    return records.map((record) => unpack(record, this.#epoch));
  }
}

async function startReader(
  path: string,
  failed?: (reason: string) => void,
): Promise<Calls> {
  const calls: Calls = new WorkerCalls(
    new URL("./sqlite_reader.ts", import.meta.url),
    failed,
  );
  try {
    await calls.ask({ do: "open", path }, "opened");
    return calls;
  } catch (error) {
    calls.end("it could not be opened to read");
    throw error;
  }
}

function unpack(record: PackedRecord, epoch: string): Entry {
  const [channel, offset, at, actor, sender, type, v, subject] = record;
  const [, , , , , , , , messageId, bodyText, hash] = record;
  return {
    channel,
    epoch,
    offset,
    at,
    actor,
    sender,
    type,
    v,
    subject,
    messageId,
    bodyText,
    hash,
  };
}
