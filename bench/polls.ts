/**
 * One poll with many voters, each connected and subscribed: the real server as a child
 * process, ballots at a fixed rate over the voters' own connections, every tenth over HTTP.
 * Latency is taken from when a ballot was due to the first `consensus_updated` that holds it,
 * on every subscriber. The server's CPU time is read after every hundredth ballot.
 */
import { startServer, type TestServer } from "../tests/support/server.ts";
import { FiguresMeter, type Sent } from "./figures_meter.ts";
import { readOptions } from "./options.ts";
import { quantiles } from "./quantiles.ts";
import { closeAll, subscribe, UNLIMITED } from "./subscribers.ts";
import { type AnswerTimes, openVoters } from "./voters.ts";

const METHODS = ["plurality", "schulze", "irv"] as const;
const ALTERNATIVES = ["a", "b", "c", "d", "e"];
/** Ballots between two looks at the server's CPU time. */
const WINDOW = 100;
const TICK_MS = 2;
const DRAIN_MS = 10_000;
/** A clock tick of `/proc`, on every Linux we know. */
const CPU_TICK_MS = 10;

type Method = typeof METHODS[number];

interface Options {
  readonly voters: number;
  /** Voters that are subscribed; the others only cast. */
  readonly subscribers: number;
  /** Ballots per second. */
  readonly rate: number;
  /** Ballots beyond everyone's first. */
  readonly recasts: number;
  /** One ballot in so many goes over HTTP. */
  readonly http: number;
}

/** The name of a method first runs that alone. */
export async function run(args: string[]): Promise<void> {
  const only = METHODS.find((method) => method === args[0]);
  const options = readOptions(only === undefined ? args : args.slice(1), {
    // With the chair 1,000, which is as many as a session takes.
    voters: 999,
    subscribers: 999,
    rate: 200,
    recasts: 3_000,
    http: 10,
  });
  for (const method of only === undefined ? METHODS : [only]) {
    console.log(JSON.stringify(await measure(method, options)));
  }
}

async function measure(method: Method, options: Options) {
  const { rate, recasts, http } = options;
  await using server = await startServer({ env: UNLIMITED });
  const times: AnswerTimes = { socket: [], http: [] };
  const voters = await openVoters(server, options.voters, times);
  const session = await server.openSessionFor(
    voters.map(({ userId }) => userId),
  );
  const where = { sessionId: session.id, pollId: "bench" };
  const subscribers = voters.slice(0, options.subscribers);
  await Promise.all(
    subscribers.map(({ socket }) => subscribe(socket, session.channel)),
  );
  const meter = new FiguresMeter();
  for (const [n, voter] of voters.entries()) {
    voter.read(n < subscribers.length ? meter.subscriber() : () => {});
  }
  await server.call("POST", `/api/v1/sessions/${session.id}/polls`, {
    id: where.pollId,
    question: "Which?",
    method,
    alternatives: ALTERNATIVES.map((id) => ({ id, label: id })),
  }, 201);

  const count = voters.length + recasts;
  const cpu = [cpuMs(server)];
  const pending: Promise<Sent>[] = [];
  await atRate(rate, count, (n, dueAt) => {
    if (n > 0 && n % WINDOW === 0) cpu.push(cpuMs(server));
    const voter = voters[n % voters.length];
    const input = { ...ballotOf(method, n), ...where };
    pending.push(
      n % http === http - 1
        ? voter.overHttp(input, dueAt)
        : voter.overSocket(input, dueAt),
    );
  });
  cpu.push(cpuMs(server));
  const ballots = (await Promise.all(pending))
    .toSorted((one, other) => one.offset - other.offset);
  const { offset } = ballots[ballots.length - 1];
  await everyoneKnows(meter, offset, subscribers.length);
  const { p50Ms, p99Ms, maxMs, missing } = meter.latencies(ballots);
  const path = `/api/v1/sessions/${session.id}/polls/bench/close`;
  const closingAt = performance.now();
  const { result } = await server.call("POST", path);
  const closeMs = Math.round(performance.now() - closingAt);
  await closeAll(voters.map(({ socket }) => socket));
  return {
    benchmark: "polls",
    method,
    voters: voters.length,
    subscribers: subscribers.length,
    ballots: count,
    counted: result.turnout.castCount,
    ballotsPerSecond: rate,
    p50Ms,
    p99Ms,
    maxMs: Math.round(maxMs),
    neverTold: missing,
    signalsPerSubscriber: Math.round(meter.signals / subscribers.length),
    framesPerSubscriber: Math.round(meter.frames / subscribers.length),
    mebibytesToEach: Math.round(meter.bytes / subscribers.length / 2 ** 16) /
      16,
    socketAnswerMs: quantiles(times.socket),
    httpAnswerMs: quantiles(times.http),
    closeMs,
    p99MsByHundred: hundreds(ballots).map((some) =>
      Math.round(meter.latencies(some).p99Ms)
    ),
    cpuMsPerBallot: cpu.slice(1).map((after, i) =>
      Math.round((after - cpu[i]) / WINDOW * 100) / 100
    ),
  };
}

function hundreds(ballots: readonly Sent[]): readonly (readonly Sent[])[] {
  return Array.from(
    { length: Math.ceil(ballots.length / WINDOW) },
    (_, i) => ballots.slice(i * WINDOW, (i + 1) * WINDOW),
  );
}

/** Calls with n when n is due, n / rate seconds after the start. */
function atRate(
  rate: number,
  count: number,
  send: (n: number, dueAt: number) => void,
): Promise<void> {
  const startedAt = performance.now();
  const dueAt = (n: number) => startedAt + n * 1000 / rate;
  let sent = 0;
  return new Promise((resolve) => {
    const timer = setInterval(() => {
      while (sent < count && dueAt(sent) <= performance.now()) {
        send(sent, dueAt(sent));
        sent++;
      }
      if (sent < count) return;
      clearInterval(timer);
      resolve();
    }, TICK_MS);
  });
}

/** Another ballot for another n, and for the next time a voter's turn comes. */
function ballotOf(method: Method, n: number): Record<string, unknown> {
  const first = n * 7 + Math.floor(n / 1_000);
  const from = first % ALTERNATIVES.length;
  if (method === "plurality") return { choice: ALTERNATIVES[from] };
  return {
    ranking: [...ALTERNATIVES.slice(from), ...ALTERNATIVES.slice(0, from)],
  };
}

/** Waits until everyone was told of the last ballot, or waiting longer is in vain. */
async function everyoneKnows(
  meter: FiguresMeter,
  offset: number,
  subscribers: number,
): Promise<void> {
  const until = performance.now() + DRAIN_MS;
  while (meter.knowing(offset) < subscribers && performance.now() < until) {
    await new Promise((resolve) => setTimeout(resolve, TICK_MS));
  }
}

/** CPU time of the server so far: its own and the system's for it. */
function cpuMs({ pid }: TestServer): number {
  const stat = Deno.readTextFileSync(`/proc/${pid}/stat`);
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return (Number(fields[11]) + Number(fields[12])) * CPU_TICK_MS;
}
