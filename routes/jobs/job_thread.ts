/** A thread of the job pool: works out one task at a time, and says how far it is. */
import { parentPort } from "node:worker_threads";
import { runTask } from "./run_task.ts";
import type { JobReply, JobTask } from "./job_task.ts";

function say(reply: JobReply): void {
  parentPort?.postMessage(reply);
}

function work(text: string): void {
  try {
    const task: JobTask = JSON.parse(text);
    const result = runTask(task, {
      progress: (done, total) => say({ says: "progress", done, total }),
      part: (part) => say({ says: "part", text: JSON.stringify(part) }),
    });
    say({ says: "done", text: JSON.stringify(result) });
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    say({ says: "failed", message });
  }
}

// In a turn of its own: of a thread that runs out of memory while it hears a message, Deno 2.9
// tells nobody, and only its silence would show.
parentPort?.on("message", (text: string) => setTimeout(work, 0, text));
