/** A private Postgres server for tests: started, stopped, killed and put to sleep at will. */

/** Where Debian, Homebrew and others keep the programs, newest version first. */
const FOLDERS = [
  ...["18", "17", "16", "15", "14"].flatMap((version) => [
    `/usr/lib/postgresql/${version}/bin`,
    `/opt/homebrew/opt/postgresql@${version}/bin`,
    `/usr/pgsql-${version}/bin`,
  ]),
  "/usr/local/bin",
  "/usr/bin",
];

/** Enough for tests: nothing has to outlive a power cut, unless a test says so. */
const SETTINGS = {
  listen_addresses: "127.0.0.1",
  unix_socket_directories: "",
  max_connections: "200",
  shared_buffers: "64MB",
  fsync: "off",
  logging_collector: "off",
} as const;

export interface PostgresServer {
  /** Of the superuser and the database `postgres`. */
  readonly url: string;
  readonly port: number;
  /** Of its data. */
  readonly folder: string;
  /** Of the process all others of the server come from. */
  readonly pid: () => number;
  /** Every process of the server, the first one included. */
  readonly pids: () => readonly number[];
  start(): Promise<void>;
  /** `immediate` is what kill -9 is, as far as what is kept is concerned. */
  stop(mode?: "fast" | "immediate"): Promise<void>;
  /** Stops it and removes its folder. */
  remove(): Promise<void>;
  /** The same, for the end of a process, which waits for nobody. */
  removeNow(): void;
}

const PREFIX = "regulens-postgres-";

/** Whether `startPostgresServer` could start one. */
export function isPostgresInstalled(): boolean {
  return programsFolder() !== undefined;
}

function programsFolder(): string | undefined {
  return FOLDERS.find((folder) => isFile(`${folder}/initdb`));
}

/** Undefined where Postgres is not installed. */
export async function startPostgresServer(
  settings: Readonly<Record<string, string>> = {},
): Promise<PostgresServer | undefined> {
  const programs = programsFolder();
  if (programs === undefined) return undefined;
  await removeOrphans();
  const as = await unprivileged();
  const folder = await Deno.makeTempDir({ prefix: PREFIX });
  await Deno.writeTextFile(`${folder}/owner`, String(Deno.pid));
  if (as) await Deno.chown(folder, as.uid, as.gid);
  const data = `${folder}/data`;
  const commandOf = (program: string, args: readonly string[]) => {
    const prefix = as
      ? ["setpriv", `--reuid=${as.uid}`, `--regid=${as.gid}`, "--clear-groups"]
      : [];
    const [command, ...rest] = [...prefix, `${programs}/${program}`, ...args];
    // No pipes: the server would hold them open for as long as it runs.
    return new Deno.Command(command, {
      args: rest,
      cwd: "/",
      stdin: "null",
      stdout: "null",
      stderr: "null",
    });
  };
  const run = async (program: string, ...args: string[]): Promise<void> => {
    const { success } = await commandOf(program, args).output();
    if (!success) throw new Error(`Cannot run ${program} ${args.join(" ")}`);
  };
  const stopArgs = (
    mode: string,
  ) => ["stop", "-w", "-t", "60", "-m", mode, "-D", data];
  await run(
    "initdb",
    ...["-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8"],
    ...["--locale", "C", "--no-sync", "--no-instructions"],
  );
  const port = freePort();
  const config = { ...SETTINGS, port: String(port), ...settings };
  const lines = Object.entries(config)
    .map(([name, value]) => `${name} = '${value}'\n`);
  await Deno.writeTextFile(`${data}/postgresql.conf`, lines.join(""), {
    append: true,
  });
  const pid = () =>
    Number(Deno.readTextFileSync(`${data}/postmaster.pid`).split("\n")[0]);
  const server: PostgresServer = {
    url: `postgres://postgres@127.0.0.1:${port}/postgres`,
    port,
    folder: data,
    pid,
    pids: () => [pid(), ...childrenOf(pid())],
    start: () =>
      run(
        "pg_ctl",
        ...["start", "-w", "-t", "60", "-D", data, "-l", `${folder}/log`],
      ),
    stop: (mode = "fast") => run("pg_ctl", ...stopArgs(mode)),
    remove: async () => {
      if (isFile(`${data}/postmaster.pid`)) await server.stop("immediate");
      await Deno.remove(folder, { recursive: true });
    },
    removeNow: () => {
      commandOf("pg_ctl", stopArgs("immediate")).outputSync();
      Deno.removeSync(folder, { recursive: true });
    },
  };
  await server.start();
  return server;
}

/** Servers whose test was killed before it could remove them. */
async function removeOrphans(): Promise<void> {
  const temporary = Deno.env.get("TMPDIR") ?? "/tmp";
  for await (const { name } of Deno.readDir(temporary)) {
    if (!name.startsWith(PREFIX)) continue;
    const folder = `${temporary}/${name}`;
    try {
      const owner = Number(await Deno.readTextFile(`${folder}/owner`));
      if (isRunning(owner)) continue;
      const file = `${folder}/data/postmaster.pid`;
      const text = isFile(file) ? await Deno.readTextFile(file) : "";
      const pid = Number(text.split("\n")[0]);
      if (pid > 0 && isRunning(pid)) Deno.kill(pid, "SIGQUIT");
      await Deno.remove(folder, { recursive: true });
    } catch {
      // Somebody else's, or just being made: the next start looks again.
    }
  }
}

function isRunning(pid: number): boolean {
  return new Deno.Command("ps", { args: ["-p", String(pid)] })
    .outputSync().success;
}

/** The user to run it as where we are root, which Postgres refuses. */
async function unprivileged() {
  if (Deno.uid() !== 0) return undefined;
  const lines = (await Deno.readTextFile("/etc/passwd")).split("\n")
    .map((line) => line.split(":"));
  const user = lines.find(([name]) => name === "postgres") ??
    lines.find(([name]) => name === "nobody");
  return user && { uid: Number(user[2]), gid: Number(user[3]) };
}

function childrenOf(pid: number): number[] {
  const { stdout } = new Deno.Command("ps", {
    args: ["-o", "pid=", "--ppid", String(pid)],
  }).outputSync();
  return new TextDecoder().decode(stdout).split("\n").map(Number)
    .filter((child) => child > 0);
}

function freePort(): number {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = listener.addr;
  listener.close();
  return port;
}

function isFile(path: string): boolean {
  try {
    return Deno.statSync(path).isFile;
  } catch {
    return false;
  }
}
