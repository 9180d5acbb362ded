/** Makes a backtest live: submits it, follows its progress by signals, asks for what came of it. */
import { batch } from "@preact/signals";
import { readFacts } from "../domain/rules/read_facts.ts";
import { monotonicClock } from "../realtime/client/browser_socket.ts";
import type { RealtimeClient } from "../realtime/client/client.ts";
import type { Clock } from "../realtime/client/link.ts";
import { numberOf } from "../realtime/client/wire.ts";
import {
  type BacktestJob,
  isUnderWay,
  type RuleBacktestModel,
} from "./rule_backtest_model.ts";
import { ask, Declined } from "./rule_calls.ts";

/** Signals may be skipped: after this long without one the job is asked for. */
const ASK_AFTER_MS = 2_000;

type Answer = { readonly job: BacktestJob };

export interface BacktestLiveOptions {
  readonly client: Pick<RealtimeClient, "on">;
  /** @default the browser's */
  readonly clock?: Clock;
  /** @default asks the server */
  readonly call?: (path: string, body?: unknown) => Promise<Answer>;
}

/** Hands back the stop. */
export function goLive(
  model: RuleBacktestModel,
  { client, clock = monotonicClock, call = callServer }: BacktestLiveOptions,
): () => void {
  const { ruleId } = model.state;
  let stopWaiting = () => {};

  const wait = () => {
    stopWaiting();
    if (!isUnderWay(model.job.peek())) return;
    stopWaiting = clock.after(ASK_AFTER_MS, () => void look());
  };
  const look = async () => {
    const id = model.job.peek()?.id;
    try {
      const { job } = await call(`/api/v1/jobs/${id}`);
      if (model.job.peek()?.id === id) model.job.value = job;
    } catch (error) {
      if (error instanceof Declined) {
        batch(() => {
          model.job.value = null;
          model.mistake.value = "The server has started anew: run it again";
        });
      }
    }
    wait();
  };
  const act = async (path: string, body: unknown) => {
    model.mistake.value = null;
    try {
      const { job } = await call(path, body);
      model.job.value = job;
    } catch (error) {
      model.mistake.value = error instanceof Declined
        ? error.message
        : "The server cannot be reached just now";
    }
    wait();
  };
  model.actions.value = {
    run: () => {
      const asked = bodyOf(model);
      if ("mistake" in asked) model.mistake.value = asked.mistake;
      else void act(`/api/v1/rules/${ruleId}/backtest`, asked.body);
    },
    cancel: () => {
      const id = model.job.peek()?.id;
      void act(`/api/v1/jobs/${id}/cancel`, {});
    },
  };
  const stop = client.on("JOB_UPDATE", ({ payload }) => {
    const job = model.job.peek();
    if (payload.jobId !== job?.id || !isUnderWay(job)) return;
    if (payload.state !== "running" && payload.state !== "queued") {
      void look();
      return;
    }
    const done = numberOf(payload.done);
    const total = numberOf(payload.total);
    const progress = done === undefined || total === undefined
      ? job.progress
      : { done, total };
    model.job.value = { ...job, state: payload.state, progress };
    wait();
  });
  wait();
  return () => {
    stop();
    stopWaiting();
    model.actions.value = undefined;
  };
}

/** What the form says, as the server takes it. */
function bodyOf(
  { source, given, since }: RuleBacktestModel,
): { readonly body: object } | { readonly mistake: string } {
  if (source.peek() === "past") {
    const time = Date.parse(since.peek());
    if (Number.isNaN(time)) return { mistake: "Say since which day" };
    return { body: { since: new Date(time).toISOString() } };
  }
  const read = readFacts(given.peek());
  if (read.state === "read") return { body: { facts: read.facts } };
  const { line, message } = read;
  return {
    mistake: line === undefined ? message : `Line ${line}: ${message}`,
  };
}

function callServer(path: string, body?: unknown): Promise<Answer> {
  return ask(path, { body });
}
