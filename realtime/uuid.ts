/** UUIDv7 (RFC 9562): ids that sort by the millisecond they were made in. */

/** Random bytes are fetched in blocks: one call per id would cost more than the id. */
const POOL_BYTES = 4096;
const RANDOM_BYTES_PER_ID = 10;
const HEX = Array.from(
  { length: 256 },
  (_, byte) => byte.toString(16).padStart(2, "0"),
);

const pool = new Uint8Array(POOL_BYTES);
let used = POOL_BYTES;

/**
 * Makes a fresh UUIDv7. Two ids of one millisecond do not sort by age: nothing here
 * orders by id.
 *
 * @param now ms since 1970.
 */
export function newId(now: number): string {
  if (used + RANDOM_BYTES_PER_ID > POOL_BYTES) {
    crypto.getRandomValues(pool);
    used = 0;
  }
  const random = pool.subarray(used, used + RANDOM_BYTES_PER_ID);
  used += RANDOM_BYTES_PER_ID;
  const time = Math.trunc(now).toString(16).padStart(12, "0");
  // Version 7 in the high half of byte 6, variant 0b10 in the two high bits of byte 8.
  const version = HEX[0x70 | (random[0] & 0x0f)];
  const variant = HEX[0x80 | (random[2] & 0x3f)];
  let tail = "";
  for (let i = 4; i < RANDOM_BYTES_PER_ID; i++) tail += HEX[random[i]];
  return `${time.slice(0, 8)}-${time.slice(8)}-${version}${
    HEX[random[1]]
  }-${variant}${HEX[random[3]]}-${tail}`;
}
