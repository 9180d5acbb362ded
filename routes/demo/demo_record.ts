/** What is kept of the demo itself: which life of it there is, since when, and how far it got. */
import type { Json } from "../../realtime/json.ts";
import type { Entry, Log } from "../../realtime/log/log.ts";
import { decodeJson, isRecord } from "../json_body.ts";
import type { DemoGuest, DemoPlan } from "./demo_step.ts";

/** Server-only channel (P8: `sealed:*`). */
const DEMO_CHANNEL = "sealed:demo";
const SUBJECT = "demo";
/** Far more lives than anybody gives a demo. */
const MAX_ENTRIES = 10_000;

export type DemoStage =
  /** There is none; `generation` counts those that were. */
  | { readonly stage: "none"; readonly generation: number }
  /** Its building has begun, and goes on under the same plan. */
  | { readonly stage: "started"; readonly plan: DemoPlan }
  | { readonly stage: "loaded"; readonly plan: DemoPlan }
  /** Its removal has begun: nothing but removing it is left. */
  | { readonly stage: "removing"; readonly plan: DemoPlan };

type DemoEvent =
  | {
    readonly event: "demo_started";
    readonly generation: number;
    readonly guest: Json;
  }
  | { readonly event: "demo_loaded" | "demo_removing" | "demo_removed" };

export class DemoRecord {
  readonly #log: Pick<Log, "commit" | "readSubject">;
  readonly #now: () => number;

  constructor(
    log: Pick<Log, "commit" | "readSubject">,
    { now }: { readonly now: () => number },
  ) {
    this.#log = log;
    this.#now = now;
  }

  async read(): Promise<DemoStage> {
    return (await this.#fold()).stage;
  }

  /** Begins a life, or goes on with the one that has begun. @throws {LogConflict} when another did at the same moment */
  async start(guest: DemoGuest | null, by: string): Promise<DemoStage> {
    const { stage, offset } = await this.#fold();
    if (stage.stage !== "none") return stage;
    const generation = stage.generation + 1;
    const shown = guest === null ? null : { ...guest };
    const body = { event: "demo_started", generation, guest: shown } as const;
    await this.#write(body, { by, offset });
    return await this.read();
  }

  /** Says how far it got; nothing when that is known. */
  async reach(
    goal: "loaded" | "removing" | "removed",
    by: string,
  ): Promise<void> {
    const { stage, offset } = await this.#fold();
    const known = goal === "removed" ? "none" : goal;
    if (stage.stage === known) return;
    await this.#write({ event: `demo_${goal}` }, { by, offset });
  }

  async #write(
    body: DemoEvent,
    { by, offset }: { readonly by: string; readonly offset: number },
  ): Promise<void> {
    const entry = { type: "DEMO", v: 1, subject: SUBJECT, at: this.#now() };
    await this.#log.commit({
      writes: [{
        channel: DEMO_CHANNEL,
        entries: [{ ...entry, body }],
        expected: { subject: SUBJECT, offset },
      }],
      sender: by,
    });
  }

  async #fold() {
    const entries = await this.#log.readSubject(
      DEMO_CHANNEL,
      SUBJECT,
      0,
      MAX_ENTRIES,
    );
    const none: DemoStage = { stage: "none", generation: 0 };
    return {
      stage: entries.reduce<DemoStage>(stageAfter, none),
      offset: entries.at(-1)?.offset ?? 0,
    };
  }
}

function stageAfter(stage: DemoStage, { bodyText, at }: Entry): DemoStage {
  const body = bodyText === null ? null : decodeJson(bodyText);
  if (!isRecord(body)) return stage;
  if (body.event === "demo_started" && typeof body.generation === "number") {
    const { generation, guest } = body;
    const plan = { generation, startedAt: at, guest: guestIn(guest) };
    return { stage: "started", plan };
  }
  if (stage.stage === "none") return stage;
  const { plan } = stage;
  switch (body.event) {
    case "demo_loaded":
      return { stage: "loaded", plan };
    case "demo_removing":
      return { stage: "removing", plan };
    case "demo_removed":
      return { stage: "none", generation: plan.generation };
    default:
      return stage;
  }
}

function guestIn(value: unknown): DemoGuest | null {
  if (!isRecord(value)) return null;
  const { userId, name, role } = value;
  if (typeof userId !== "string" || typeof name !== "string") return null;
  return { userId, name, role: role === "member" ? "member" : "observer" };
}
