/** Files as they are sent compressed: as small as gzip makes them, since that is done once. */
import { promisify } from "node:util";
import { gzip } from "node:zlib";

const zip = promisify<Uint8Array, { level: number }, Uint8Array>(gzip);

/** Off the main thread. */
export async function gzipped(
  bytes: Uint8Array,
): Promise<Uint8Array<ArrayBuffer>> {
  return new Uint8Array(await zip(bytes, { level: 9 }));
}
