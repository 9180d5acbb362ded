/** Where people's commands about jobs come in: too much is refused, and a job found by its id alone. */
import { JOBS_VIEW } from "../../domain/jobs/view.ts";
import { recordOf, textOf } from "../../domain/read_json.ts";
import {
  type Answer,
  type Commands,
  unknownCommand,
} from "../../realtime/commands.ts";
import type { Json } from "../../realtime/json.ts";
import type { Log } from "../../realtime/log/log.ts";
import type { User } from "../../realtime/user.ts";
import { isRecord } from "../json_body.ts";
import type { JobBoard } from "./job_board.ts";

export interface JobDeskParts {
  readonly commands: Pick<Commands, "declarations" | "execute">;
  readonly log: Pick<Log, "query">;
  readonly board: Pick<JobBoard, "admit">;
}

interface Sent {
  readonly user: User;
  readonly messageId?: string;
}

export class JobDesk {
  readonly #parts: JobDeskParts;

  constructor(parts: JobDeskParts) {
    this.#parts = parts;
  }

  /** What may be asked for from outside: not what the server keeps to itself. */
  get declarations() {
    return this.#parts.commands.declarations
      .filter(({ internal }) => internal !== true);
  }

  /** Any command; it takes its place in the line at once unless it is about a job. */
  execute(name: string, input: unknown, sent: Sent): Promise<Answer> {
    const { commands } = this.#parts;
    switch (name) {
      case "submit_job":
        return this.#submit(input, sent);
      case "cancel_job":
      case "retry_job":
        return this.#ofJob(name, input, sent);
      default:
        return this.#isInner(name)
          ? Promise.reject(unknownCommand(name))
          : commands.execute(name, input, sent);
    }
  }

  /** Submits a job, or finds the one that was submitted under this messageId. */
  async submit(
    user: User,
    job: { readonly type: string; readonly input: Json },
    messageId?: string,
  ): Promise<string> {
    const answer = await this.#submit(job, { user, messageId });
    return textOf(recordOf(recordOf(answer.result)?.job ?? null)?.id) ?? "";
  }

  #submit(input: unknown, sent: Sent): Promise<Answer> {
    return this.#admitted("submit_job", input, sent);
  }

  async #admitted(name: string, input: unknown, sent: Sent): Promise<Answer> {
    const release = await this.#parts.board.admit(sent.user);
    try {
      return await this.#parts.commands.execute(name, input, sent);
    } finally {
      release();
    }
  }

  async #ofJob(name: string, input: unknown, sent: Sent): Promise<Answer> {
    const { commands, log } = this.#parts;
    const execute = (input: unknown) =>
      // What is tried anew waits in the queue again.
      name === "retry_job"
        ? this.#admitted(name, input, sent)
        : commands.execute(name, input, sent);
    if (!isRecord(input) || input.sessionId !== undefined) {
      return await execute(input);
    }
    const key = typeof input.jobId === "string" ? input.jobId : "";
    const { rows } = await log.query(JOBS_VIEW, { key });
    const sessionId = textOf(recordOf(rows[0]?.data ?? null)?.sessionId);
    const whole = sessionId === null ? input : { ...input, sessionId };
    return await execute(whole);
  }

  /** A name that the server keeps to itself is unknown to everyone else. */
  #isInner(name: string): boolean {
    return this.#parts.commands.declarations
      .some((one) => one.name === name && one.internal === true);
  }
}
