/**
 * Files of jobs in Postgres, in chunks, so that any node gives what another one made. A file
 * under way is a row from its first byte on: who removes all removes it too, on whatever node
 * it is written, and its writer finds out with the next chunk.
 */
import type { Database } from "../../realtime/postgres/database.ts";
import { sqlState } from "../../realtime/postgres/failure.ts";
import { isJobFileName, type JobFiles, KEPT_MS } from "./job_files.ts";
import { JobFault } from "./job_kind.ts";

const MAX_CHUNK_BYTES = 256 * 1024;
const FOREIGN_KEY_VIOLATION = "23503";

export interface PostgresJobFilesOptions {
  readonly database: Pick<Database, "ask">;
  /** ms since 1970. @default Date.now */
  readonly now?: () => number;
}

export class PostgresJobFiles implements JobFiles {
  readonly #ask: Database["ask"];
  readonly #now: () => number;

  constructor({ database, now = Date.now }: PostgresJobFilesOptions) {
    this.#ask = (ask) => database.ask(ask);
    this.#now = now;
  }

  async write(
    name: string,
    stream: ReadableStream<Uint8Array>,
    { signal }: { readonly signal: AbortSignal },
  ): Promise<number> {
    const id = await this.#begin(name);
    let number = 0;
    let bytes = 0;
    const chunks = new WritableStream<Uint8Array>({
      write: async (chunk) => {
        bytes += chunk.length;
        await this.#put(id, number++, chunk);
      },
    });
    try {
      await stream.pipeThrough(inChunks()).pipeTo(chunks, { signal });
      const [whole] = await this.#ask((sql) =>
        sql`UPDATE regulens.job_files SET bytes = ${bytes} WHERE id = ${id}
            RETURNING id`
      );
      if (!whole) throw removedMeanwhile();
      return bytes;
    } catch (error) {
      // A file that stays behind because this fails too is never whole, and swept.
      await this.#remove(id).catch(() => {});
      throw error;
    }
  }

  async open(
    name: string,
  ): Promise<ReadableStream<Uint8Array<ArrayBuffer>> | undefined> {
    if (!isJobFileName(name)) return undefined;
    const [file] = await this.#ask((sql) =>
      sql`SELECT id, bytes FROM regulens.job_files
          WHERE name = ${name} AND bytes IS NOT NULL`
    );
    return file && this.#read(Number(file.id), Number(file.bytes));
  }

  async sweep(now: number): Promise<void> {
    await this.#ask((sql) =>
      sql`DELETE FROM regulens.job_files WHERE made_at < ${now - KEPT_MS}`
    );
  }

  async removeAll(): Promise<void> {
    await this.#ask((sql) => sql`DELETE FROM regulens.job_files`);
  }

  /** The row of a new file, in the place of an older one of that name. */
  async #begin(name: string): Promise<number> {
    await this.#ask((sql) =>
      sql`DELETE FROM regulens.job_files WHERE name = ${name}`
    );
    const [file] = await this.#ask((sql) =>
      sql`INSERT INTO regulens.job_files (name, made_at)
          VALUES (${name}, ${this.#now()}) RETURNING id`
    );
    return Number(file.id);
  }

  /** @throws {JobFault} When the file was removed meanwhile. */
  async #put(file: number, number: number, chunk: Uint8Array): Promise<void> {
    try {
      await this.#ask((sql) =>
        sql`INSERT INTO regulens.job_file_chunks VALUES
            (${file}, ${number}, ${chunk})`
      );
    } catch (error) {
      if (sqlState(error) === FOREIGN_KEY_VIOLATION) throw removedMeanwhile();
      throw error;
    }
  }

  /** One chunk at a time, when it is asked for: what is given slowly holds nothing. */
  #read(id: number, bytes: number): ReadableStream<Uint8Array<ArrayBuffer>> {
    let number = 0;
    let left = bytes;
    return new ReadableStream({
      pull: async (controller) => {
        if (left === 0) return controller.close();
        const [row] = await this.#ask((sql) =>
          sql`SELECT chunk FROM regulens.job_file_chunks
              WHERE file = ${id} AND number = ${number++}`
        );
        if (!row) throw new Error("Cannot read on: the file was removed");
        const chunk: Uint8Array<ArrayBuffer> = row.chunk;
        left -= chunk.length;
        controller.enqueue(new Uint8Array(chunk));
      },
    }, { highWaterMark: 0 });
  }

  async #remove(id: number): Promise<void> {
    await this.#ask((sql) =>
      sql`DELETE FROM regulens.job_files WHERE id = ${id}`
    );
  }
}

/** Cuts what is larger than a row may be. */
function inChunks(): TransformStream<Uint8Array, Uint8Array> {
  return new TransformStream({
    transform: (bytes, controller) => {
      for (let at = 0; at < bytes.length; at += MAX_CHUNK_BYTES) {
        controller.enqueue(bytes.subarray(at, at + MAX_CHUNK_BYTES));
      }
    },
  });
}

function removedMeanwhile(): JobFault {
  return new JobFault("Something was erased while its file was written");
}
