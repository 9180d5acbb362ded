/** Calls of the public API as the people of the demo: signed in as any browser is, checked as any call is. */
import type { User } from "../../realtime/user.ts";
import { cookieName } from "../auth_identify.ts";
import { isRecord } from "../json_body.ts";
import { DEMO_PEOPLE, type DemoPersonName } from "./demo_people.ts";
import type { DemoStep } from "./demo_step.ts";

/** Answers a request as the program's own HTTP side does. */
export type FetchApp = (request: Request) => Response | Promise<Response>;

export interface DemoCallsOptions {
  readonly fetch: FetchApp;
  /** Opens a sign-in and hands back the value of its cookie. */
  readonly signIns: {
    open(
      person: Pick<typeof DEMO_PEOPLE[DemoPersonName], "name" | "role"> & {
        readonly userId: string;
      },
    ): { readonly user: User; readonly cookie: string };
  };
}

/** A step that was refused, with what the API said. */
export class DemoRefused extends Error {
  override readonly name = "DemoRefused";
  constructor(readonly key: string, readonly status: number, said: string) {
    super(`Cannot build the demo: ${key} was answered ${status}: ${said}`);
  }
}

/** Nothing leaves this process, but the address must look like one of ours. */
const ORIGIN = "http://localhost";

export class DemoCalls {
  readonly #options: DemoCallsOptions;
  readonly #cookies = new Map<DemoPersonName, string>();

  constructor(options: DemoCallsOptions) {
    this.#options = options;
  }

  /**
   * Takes a step.
   *
   * @param messageId Its `Idempotency-Key`.
   * @param below Where the path starts, `/api/v1` or a `Location`.
   * @returns The `Location` of what it made, if it made something.
   * @throws {DemoRefused}
   */
  async take(
    { key, as, method = "POST", path, body }: DemoStep,
    { messageId, below, signal }: {
      readonly messageId: string;
      readonly below: string;
      readonly signal?: AbortSignal;
    },
  ): Promise<string | undefined> {
    const response = await this.#options.fetch(
      new Request(ORIGIN + below + path, {
        method,
        headers: {
          cookie: `${cookieName(false)}=${this.#cookieOf(as)}`,
          "content-type": "application/json",
          "idempotency-key": messageId,
        },
        body: JSON.stringify(body ?? {}),
        signal,
      }),
    );
    const text = await response.text();
    if (!response.ok) {
      throw new DemoRefused(key, response.status, detailOf(text));
    }
    return response.headers.get("location") ?? undefined;
  }

  #cookieOf(name: DemoPersonName): string {
    const known = this.#cookies.get(name);
    if (known !== undefined) return known;
    const { cookie } = this.#options.signIns.open(DEMO_PEOPLE[name]);
    this.#cookies.set(name, cookie);
    return cookie;
  }
}

function detailOf(text: string): string {
  try {
    const problem: unknown = JSON.parse(text);
    if (!isRecord(problem)) return text;
    const { detail, errors } = problem;
    return `${detail}${errors ? ` ${JSON.stringify(errors)}` : ""}`;
  } catch {
    return text;
  }
}
