/** What every place for files of jobs has to do. */
import { assertEquals, assertRejects } from "@std/assert";
import { type JobFiles, KEPT_MS } from "../../../routes/jobs/job_files.ts";
import { JobFault } from "../../../routes/jobs/job_kind.ts";

export interface OpenFiles {
  readonly files: JobFiles;
  /** The same place, as another node or the next start sees it. */
  readonly again: JobFiles;
  /** How many files are kept, whole or not. */
  readonly count: () => Promise<number>;
}

/** @param register Registers a test with an empty place, which is taken away when it is over. */
export function jobFilesContract(
  kind: string,
  register: (
    name: string,
    run: (opened: OpenFiles) => Promise<void>,
  ) => void,
): void {
  const test = (name: string, run: (opened: OpenFiles) => Promise<void>) =>
    register(`[J16] ${kind}: ${name}`, run);
  const { signal } = new AbortController();

  test("a file of any size is given as it was written, more than once", async ({ files, again }) => {
    for (const size of [0, 1, 262_144, 262_145, 1_000_000]) {
      const bytes = bytesOf(size);
      const name = `a-${size}.1.json`;
      const written = await files.write(name, inPieces(bytes, 300_000), {
        signal,
      });
      assertEquals(written, size);
      assertEquals(await readIn(files, name), bytes);
      assertEquals(await readIn(again, name), bytes);
    }
  });

  test("each claim has a file of its own; writing one again takes its place", async ({ files }) => {
    await files.write("a.1.json", inPieces(bytesOf(9), 4), { signal });
    await files.write("a.2.json", inPieces(bytesOf(5), 4), { signal });
    await files.write("a.1.json", inPieces(bytesOf(7), 4), { signal });
    assertEquals((await readIn(files, "a.1.json"))?.length, 7);
    assertEquals((await readIn(files, "a.2.json"))?.length, 5);
  });

  test("what fails or is stopped half way leaves nothing", async ({ files, count }) => {
    const broken = new ReadableStream<Uint8Array>({
      start: (controller) => controller.enqueue(bytesOf(10)),
      pull: () => Promise.reject(new Error("the source broke")),
    }, { highWaterMark: 1 });
    await assertRejects(
      () => files.write("a.1.json", broken, { signal }),
      Error,
      "the source broke",
    );
    const stop = new AbortController();
    const endless = new ReadableStream<Uint8Array>({
      pull(controller) {
        controller.enqueue(bytesOf(10));
        stop.abort(new Error("not wanted any more"));
      },
    });
    await assertRejects(
      () => files.write("b.1.json", endless, { signal: stop.signal }),
      Error,
      "not wanted",
    );
    assertEquals(await readIn(files, "a.1.json"), undefined);
    assertEquals(await count(), 0);
  });

  test("what is written while all are removed is not kept", async ({ files, count }) => {
    const stream = new ReadableStream<Uint8Array>({
      async pull(controller) {
        await files.removeAll();
        controller.enqueue(bytesOf(8));
        controller.close();
      },
    }, { highWaterMark: 0 });
    await assertRejects(
      () => files.write("a.1.json", stream, { signal }),
      JobFault,
      "Something was erased while its file was written",
    );
    assertEquals(await count(), 0);
  });

  test("files go after a week, and all of them when something is erased", async ({ files, count }) => {
    const now = Date.now();
    await files.write("a.1.json", inPieces(bytesOf(9), 4), { signal });
    await files.sweep(now + KEPT_MS - 60_000);
    assertEquals(await count(), 1);
    await files.sweep(now + KEPT_MS + 60_000);
    assertEquals(await count(), 0);
    await files.write("a.1.json", inPieces(bytesOf(9), 4), { signal });
    await files.removeAll();
    assertEquals(await count(), 0);
    assertEquals(await readIn(files, "a.1.json"), undefined);
  });

  test("no other name is looked for", async ({ files }) => {
    for (
      const name of ["secret.txt", "../a.1.json", ".1.json", "a.1.json\0", ""]
    ) assertEquals(await files.open(name), undefined, name);
  });
}

export function bytesOf(size: number): Uint8Array {
  return Uint8Array.from({ length: size }, (_, i) => i * 31 % 251);
}

export function inPieces(
  bytes: Uint8Array,
  size: number,
): ReadableStream<Uint8Array> {
  const count = Math.ceil(bytes.length / size);
  return ReadableStream.from(
    Array.from(
      { length: count },
      (_, i) => bytes.subarray(i * size, (i + 1) * size),
    ),
  );
}

export async function readIn(
  files: JobFiles,
  name: string,
): Promise<Uint8Array | undefined> {
  const stream = await files.open(name);
  return stream && await new Response(stream).bytes();
}
