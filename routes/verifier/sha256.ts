/**
 * SHA-256 in plain code (FIPS 180-4), in the shape in which the log's code asks for it: the
 * browser's own is only there for whole texts and answers late, and a chain needs it in between.
 */

const BLOCK_BYTES = 64;
const encoder = new TextEncoder();
/** The first 32 bits of the fractions of the cube roots of the first 64 primes. */
const K = Uint32Array.from(
  firstPrimes(64),
  (prime) => fraction(Math.cbrt(prime)),
);
/** The same of the square roots of the first 8. */
const START = Uint32Array.from(
  firstPrimes(8),
  (prime) => fraction(Math.sqrt(prime)),
);
const schedule = new Uint32Array(64);

class Sha256 {
  readonly #state = START.slice();
  readonly #block = new Uint8Array(BLOCK_BYTES);
  readonly #view = new DataView(this.#block.buffer);
  #filled = 0;
  #bytes = 0;

  update(data: Uint8Array | string): this {
    const bytes = typeof data === "string" ? encoder.encode(data) : data;
    this.#bytes += bytes.length;
    for (let at = 0; at < bytes.length;) {
      const part = bytes.subarray(at, at + BLOCK_BYTES - this.#filled);
      this.#block.set(part, this.#filled);
      this.#filled += part.length;
      at += part.length;
      if (this.#filled === BLOCK_BYTES) this.#compress();
    }
    return this;
  }

  /** To be asked once. */
  digest(_encoding: "hex"): string {
    const bits = this.#bytes * 8;
    this.#block[this.#filled++] = 0x80;
    if (this.#filled > BLOCK_BYTES - 8) {
      this.#block.fill(0, this.#filled);
      this.#compress();
    }
    this.#block.fill(0, this.#filled);
    this.#view.setUint32(56, Math.floor(bits / 2 ** 32));
    this.#view.setUint32(60, bits >>> 0);
    this.#compress();
    let hex = "";
    for (const word of this.#state) hex += word.toString(16).padStart(8, "0");
    return hex;
  }

  #compress(): void {
    const w = schedule;
    for (let i = 0; i < 16; i++) w[i] = this.#view.getUint32(4 * i);
    for (let i = 16; i < 64; i++) {
      const x = w[i - 15];
      const y = w[i - 2];
      const s0 = turned(x, 7) ^ turned(x, 18) ^ (x >>> 3);
      const s1 = turned(y, 17) ^ turned(y, 19) ^ (y >>> 10);
      w[i] = w[i - 16] + s0 + w[i - 7] + s1;
    }
    let [a, b, c, d, e, f, g, h] = this.#state;
    for (let i = 0; i < 64; i++) {
      const s1 = turned(e, 6) ^ turned(e, 11) ^ turned(e, 25);
      const t1 = (h + s1 + ((e & f) ^ (~e & g)) + K[i] + w[i]) | 0;
      const s0 = turned(a, 2) ^ turned(a, 13) ^ turned(a, 22);
      const t2 = (s0 + ((a & b) ^ (a & c) ^ (b & c))) | 0;
      h = g;
      g = f;
      f = e;
      e = (d + t1) | 0;
      d = c;
      c = b;
      b = a;
      a = (t1 + t2) | 0;
    }
    const state = this.#state;
    state[0] += a;
    state[1] += b;
    state[2] += c;
    state[3] += d;
    state[4] += e;
    state[5] += f;
    state[6] += g;
    state[7] += h;
    this.#filled = 0;
  }
}

export function createHash(_algorithm: "sha256"): Sha256 {
  return new Sha256();
}

export function hash(
  _algorithm: "sha256",
  data: Uint8Array | string,
  _encoding: "hex",
): string {
  return new Sha256().update(data).digest("hex");
}

function turned(word: number, by: number): number {
  return (word >>> by) | (word << (32 - by));
}

function fraction(root: number): number {
  return Math.floor((root - Math.floor(root)) * 2 ** 32);
}

function firstPrimes(count: number): number[] {
  const primes: number[] = [];
  for (let n = 2; primes.length < count; n++) {
    if (primes.every((prime) => n % prime !== 0)) primes.push(n);
  }
  return primes;
}
