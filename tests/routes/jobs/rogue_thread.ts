/** A thread that does what its task says, however bad: for tests of what the pool makes of it. */
import process from "node:process";
import { parentPort } from "node:worker_threads";

const say = (reply: object) => parentPort?.postMessage(reply);

parentPort?.on("message", (text: string) => {
  const { do: what, say: word = null } = JSON.parse(text);
  switch (what) {
    case "answer":
      return say({ says: "done", text: JSON.stringify(word) });
    case "tell":
      say({ says: "progress", done: 1, total: 2 });
      say({ says: "part", text: JSON.stringify({ word }) });
      return say({ says: "done", text: JSON.stringify(word) });
    case "refuse":
      return say({ says: "failed", message: "this cannot be worked out" });
    case "crash":
      throw new Error("out of the blue");
    case "exit":
      return process.exit(3);
    case "answer_and_exit":
      say({ says: "done", text: JSON.stringify(word) });
      return process.exit(0);
    case "listen":
      // Says nothing, and ends only by being ended.
      return say({ says: "progress", done: 0, total: 0 });
    case "hang":
      say({ says: "progress", done: 0, total: 0 });
      for (;;) { /* Nothing reaches it any more. */ }
    case "eat":
      // In a turn of its own, as the real thread works.
      return setTimeout(eat, 0);
  }
});

function eat(): never {
  const eaten: object[] = [];
  for (;;) eaten.push({ a: eaten.length, b: [eaten.length, 1.5] });
}
