/**
 * Port: files that jobs make. Each is named by job and claim: a job that ran twice wrote two,
 * and its result names the one that counts. What is lost can be made again.
 */

/** Files are kept so long, in ms: a week. */
export const KEPT_MS = 7 * 24 * 60 * 60 * 1000;
const NAME = /^[a-z0-9][A-Za-z0-9_-]{0,63}\.\d+\.json$/;

export interface JobFiles {
  /**
   * Writes a stream as it comes; what was written of one that fails is removed.
   *
   * @returns Bytes written.
   * @throws {JobFault} When everything was removed meanwhile: it may hold what had to go.
   */
  write(
    name: string,
    stream: ReadableStream<Uint8Array>,
    options: { readonly signal: AbortSignal },
  ): Promise<number>;
  /** Undefined for one that is not there any more. */
  open(
    name: string,
  ): Promise<ReadableStream<Uint8Array<ArrayBuffer>> | undefined>;
  /** Removes what has been kept for long enough. @param now ms since 1970 */
  sweep(now: number): Promise<void>;
  /** Removes all of them, finished or not: something was erased that they may hold. */
  removeAll(): Promise<void>;
}

export function jobFileName(jobId: string, claim: number): string {
  return `${jobId}.${claim}.json`;
}

/** Nothing else is ever looked for: a name comes from a result, which may say anything. */
export function isJobFileName(name: string): boolean {
  return NAME.test(name);
}
