/**
 * The page of a full room: from the request to the first byte of its HTML, and to the last,
 * one request after the other, once the room's fold is made. Leaves out a network, scripts
 * and what a browser does; client and server share the machine.
 */
import { startServer } from "../tests/support/server.ts";
import { readOptions } from "./options.ts";
import { quantiles } from "./quantiles.ts";

/** Requests that do not count: the first of a process compile what they run. */
const WARM_UP = 20;
/** Messages on their way at once while the room is filled. */
const AT_ONCE = 32;

export async function run(args: string[]): Promise<void> {
  const { participants, entries, requests } = readOptions(args, {
    participants: 50,
    entries: 5_000,
    requests: 200,
  });
  await using server = await startServer({});
  const flo = await server.signIn("Flo", "facilitator");
  const headers = { Cookie: flo.cookie, Origin: server.url };
  const post = async (path: string, body: unknown) => {
    const response = await fetch(`${server.url}/api/v1${path}`, {
      method: "POST",
      headers: { ...headers, "Content-Type": "application/json" },
      body: JSON.stringify(body),
    });
    const answer = await response.json();
    if (!response.ok) throw new Error(`Cannot fill: ${answer.detail}`);
    return answer;
  };
  const people = Array.from({ length: participants - 1 }, (_, n) => ({
    userId: `person-${n}`,
    name: `Person ${n}`,
  }));
  const { session } = await post("/sessions", {
    title: "A full room",
    participants: people,
  });
  for (let n = 0; n < entries; n += AT_ONCE) {
    await Promise.all(Array.from(
      { length: Math.min(AT_ONCE, entries - n) },
      (_, m) =>
        post(`/sessions/${session.id}/messages`, { text: `Word ${n + m}` }),
    ));
  }
  const firstMs: number[] = [];
  const wholeMs: number[] = [];
  let bytes = 0;
  for (let n = 0; n < WARM_UP + requests; n++) {
    const startedAt = performance.now();
    const response = await fetch(`${server.url}/sessions/${session.id}`, {
      headers,
    });
    const first = performance.now() - startedAt;
    bytes = (await response.text()).length;
    if (!response.ok) throw new Error(`Cannot read: ${response.status}`);
    if (n < WARM_UP) continue;
    firstMs.push(first);
    wholeMs.push(performance.now() - startedAt);
  }
  console.log(JSON.stringify({
    benchmark: "room",
    participants,
    entries,
    requests,
    bytes,
    firstByteMs: quantiles(firstMs),
    wholeMs: quantiles(wholeMs),
  }));
}
