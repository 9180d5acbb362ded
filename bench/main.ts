/** `deno task bench NAME [options]`: the benchmarks users can run, by name. */

interface Benchmark {
  readonly about: string;
  readonly load: () => Promise<{ run(args: string[]): Promise<void> }>;
}

const BENCHMARKS: Readonly<Record<string, Benchmark>> = {
  fan_out: {
    about: "deliveries/s and latency of one topic with many subscribers",
    load: () => import("./fan_out.ts"),
  },
  attacks: {
    about: "memory of the server before, during and after each attack",
    load: () => import("./attacks.ts"),
  },
  guard: {
    about: "requests and round trips per second with and without the guard",
    load: () => import("./guard.ts"),
  },
  slow_reader: {
    about: "what one reader that stops costs the others",
    load: () => import("./slow_reader.ts"),
  },
  idle: {
    about: "memory of the server per connection that does nothing",
    load: () => import("./idle.ts"),
  },
  append: {
    about: "durable appends/s of the embedded log",
    load: () => import("./append.ts"),
  },
  commands: {
    about: "commands/s on one channel, from decision to disk",
    load: () => import("./commands.ts"),
  },
  jobs: {
    about: "jobs/s, the wait for a claim, the loop while heavy jobs run",
    load: () => import("./jobs.ts"),
  },
  decisions: {
    about: "time of every decision method, and of SMAA in a worker",
    load: () => import("./decisions.ts"),
  },
  decision_tables: {
    about: "time to ask one decision table, beside the FEEL library alone",
    load: () => import("./decision_tables.ts"),
  },
  loop: {
    about: "ms per hop from an alert to what is learned, as another sees it",
    load: () => import("./loop.ts"),
  },
  polls: {
    about: "from a ballot to everyone's figures, and what the nth ballot costs",
    load: () => import("./polls.ts"),
  },
  room: {
    about: "time to the first byte of a full room's page",
    load: () => import("./room.ts"),
  },
  restart: {
    about: "what clients notice of an orderly restart under load",
    load: () => import("./restart.ts"),
  },
  nodes: {
    about: "what clients notice when nodes or Postgres die, and speed",
    load: () => import("./nodes.ts"),
  },
  soak: {
    about: "memory over minutes of a steady load, and its slope",
    load: () => import("./soak.ts"),
  },
  rules: {
    about: "evaluations of rules/s, on one fact and streamed through workers",
    load: () => import("./rules.ts"),
  },
};

if (import.meta.main) {
  const [name, ...args] = Deno.args;
  const benchmark = Object.hasOwn(BENCHMARKS, name ?? "")
    ? BENCHMARKS[name]
    : undefined;
  if (benchmark === undefined) {
    console.error("Usage: deno task bench NAME [--option value …]\n");
    for (const [known, { about }] of Object.entries(BENCHMARKS)) {
      console.error(`  ${known.padEnd(15)} ${about}`);
    }
    Deno.exit(2);
  }
  const { run } = await benchmark.load();
  await run(args);
}
