/** Starts the program: reads the environment once, serves, and ends in order. */
import { parseEnv } from "node:util";
import program from "./deno.json" with { type: "json" };
import { ConfigError, readConfig } from "./config.ts";
import { catchFaults } from "./faults.ts";
import { configureLogging } from "./logging.ts";
import { LogUnavailable } from "./realtime/log/log.ts";
import { startServer } from "./server.ts";
import { StartError } from "./start_error.ts";
import { openTracing } from "./tracing.ts";

/** A stop that takes longer is cut off: whoever stops us kills us after 5 s anyway (P20). */
const STOP_LIMIT_MS = 4_500;

async function main(): Promise<void> {
  const { config, warnings } = readConfig({
    ...await dotEnv(),
    ...Deno.env.toObject(),
  });
  const logging = configureLogging({
    level: config.LOG_LEVEL,
    format: config.LOG_FORMAT ??
      (Deno.stderr.isTerminal() ? "pretty" : "json"),
  });
  const logger = logging.logger("main");
  for (const warning of warnings) logger.warn(warning);
  catchFaults(logger);

  let exitCode = 0;
  const server = await startServer(config, {
    logging,
    // Whoever started us starts us anew: that is what opens the log again.
    onStorageLost: (reason) => {
      logger.error("storage lost", { reason });
      exitCode = 1;
      Deno.kill(Deno.pid, "SIGTERM");
    },
    tracing: await openTracing(Deno.env.get("OTEL_DENO")),
    version: program.version,
  });
  console.log(`Regulens ${program.version} listens on ${server.url}`);
  if (server.setupPath !== undefined) {
    console.log(`Nobody can sign in yet. Set the admin's password, once, at
  ${server.url}${server.setupPath}`);
  }

  let stopping = false;
  const stop = async (signal: Deno.Signal) => {
    // The second signal means it.
    if (stopping) Deno.exit(130);
    stopping = true;
    logger.info("stopping", { signal });
    setTimeout(() => {
      logger.error("stopping took too long", { limitMs: STOP_LIMIT_MS });
      Deno.exit(1);
    }, STOP_LIMIT_MS);
    await server.stop();
    logger.info("stopped");
    Deno.exit(exitCode);
  };
  for (const signal of ["SIGTERM", "SIGINT"] as const) {
    Deno.addSignalListener(signal, () => void stop(signal));
  }
}

/** The names and values of `.env` in the working folder; none when there is no such file. */
async function dotEnv(): Promise<Record<string, string | undefined>> {
  try {
    return parseEnv(await Deno.readTextFile(".env"));
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return {};
    throw error;
  }
}

try {
  await main();
} catch (error) {
  const expected = error instanceof ConfigError ||
    error instanceof StartError || error instanceof LogUnavailable;
  console.error(expected ? error.message : error);
  Deno.exit(1);
}
