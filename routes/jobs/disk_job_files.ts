/** Files of jobs in a folder of their own, beside the embedded log. */
import { isJobFileName, type JobFiles, KEPT_MS } from "./job_files.ts";
import { JobFault } from "./job_kind.ts";

export class DiskJobFiles implements JobFiles {
  readonly #folder: string;
  /** Rises with each time everything was removed. */
  #removals = 0;

  /** @param folder Made with the first file. */
  constructor(folder: string) {
    this.#folder = folder;
  }

  async write(
    name: string,
    stream: ReadableStream<Uint8Array>,
    { signal }: { readonly signal: AbortSignal },
  ): Promise<number> {
    await Deno.mkdir(this.#folder, { recursive: true });
    const path = this.#pathOf(name);
    const removals = this.#removals;
    let bytes = 0;
    const counted = new TransformStream<Uint8Array, Uint8Array>({
      transform: (chunk, controller) => {
        bytes += chunk.length;
        controller.enqueue(chunk);
      },
    });
    const options = { write: true, create: true, truncate: true };
    // Closes it, however it ends.
    const { writable } = await Deno.open(path, options);
    try {
      await stream.pipeThrough(counted).pipeTo(writable, { signal });
      if (this.#removals !== removals) {
        throw new JobFault("Something was erased while its file was written");
      }
      return bytes;
    } catch (error) {
      await Deno.remove(path).catch(() => {});
      throw error;
    }
  }

  async open(
    name: string,
  ): Promise<ReadableStream<Uint8Array<ArrayBuffer>> | undefined> {
    if (!isJobFileName(name)) return undefined;
    try {
      return (await Deno.open(this.#pathOf(name))).readable;
    } catch (error) {
      if (error instanceof Deno.errors.NotFound) return undefined;
      throw error;
    }
  }

  async sweep(now: number): Promise<void> {
    await this.#remove(async (path) => {
      const { mtime } = await Deno.stat(path);
      return mtime === null || now - mtime.getTime() > KEPT_MS;
    });
  }

  async removeAll(): Promise<void> {
    this.#removals++;
    await this.#remove(() => Promise.resolve(true));
  }

  async #remove(isOver: (path: string) => Promise<boolean>): Promise<void> {
    try {
      for await (const { name } of Deno.readDir(this.#folder)) {
        const path = this.#pathOf(name);
        if (isJobFileName(name) && await isOver(path)) await Deno.remove(path);
      }
    } catch (error) {
      if (!(error instanceof Deno.errors.NotFound)) throw error;
    }
  }

  #pathOf(name: string): string {
    return `${this.#folder}/${name}`;
  }
}
