/** The configuration: every name of the environment, what it may be, and what it is unless set. */
import { z } from "zod";
import { parseSigningKey } from "./realtime/log/checkpoint.ts";
import { isPostgresUrl } from "./realtime/postgres/address.ts";

const port = z.string().regex(/^\d{1,5}$/).transform(Number)
  .pipe(z.int().max(65_535));

const count = (least: number, most: number) =>
  z.string().regex(/^\d{1,15}$/).transform(Number).pipe(
    z.int().min(least).max(most),
  );

const flag = z.string().toLowerCase().pipe(
  z.enum(["true", "false", "1", "0", "on", "off", "yes", "no"]),
).transform((value) => ["true", "1", "on", "yes"].includes(value));

const origin = z.string().transform((text, context) => {
  const url = URL.parse(text.trim());
  if (url && /^https?:$/.test(url.protocol) && url.pathname === "/") {
    return url.origin;
  }
  context.addIssue({ code: "custom" });
  return z.NEVER;
});

const origins = z.string()
  .transform((text) => text.split(",").filter((part) => part.trim() !== ""))
  .pipe(z.array(origin));

/** Standard Webhooks: `whsec_` and the key in Base64, of 24 to 64 bytes. Several while they change. */
const webhookSecrets = z.string().trim().transform((text) => text.split(/\s+/))
  .pipe(z.array(
    z.string().regex(/^whsec_[A-Za-z0-9+/]{32,88}={0,2}$/).refine((secret) =>
      (secret.length - "whsec_".length) % 4 === 0
    ),
  ));

/** One or more servers of NATS with commas between; several are those of one cluster. */
const natsUrl = z.string().refine((text) =>
  text.split(",").every((part) => {
    const url = URL.parse(part.trim());
    return url !== null && /^(nats|tls):$/.test(url.protocol) &&
      url.hostname !== "" && /^\/?$/.test(url.pathname);
  })
);

/** Plain http only to this machine: what comes back says who somebody is. */
const issuer = z.string().refine((text) => {
  const url = URL.parse(text);
  if (url === null || url.search !== "" || url.hash !== "") return false;
  return url.protocol === "https:" ||
    url.protocol === "http:" && /^(localhost|127\.0\.0\.1)$/.test(url.hostname);
});

function isSigningKey(text: string): boolean {
  try {
    parseSigningKey(text);
    return true;
  } catch {
    return false;
  }
}

/** `value=role` pairs with commas between; the value may hold `=`. */
const ROLE_MAP =
  /^[^,]+=(observer|member|facilitator|admin)(,[^,]+=(observer|member|facilitator|admin))*$/;

const NEEDED_FOR_OIDC = [
  "REGULENS_OIDC_ISSUER",
  "REGULENS_OIDC_CLIENT_ID",
  "REGULENS_OIDC_ROLES",
] as const;

const WHOLE = "a whole number from 1 to 1000000";

/** Every name, its form and its default. */
const Environment = z.object({
  PORT: port.default(8000),
  HOST: z.string().regex(/^[A-Za-z0-9.:_-]+$/).default("127.0.0.1"),
  WEBSOCKET_ENABLED: flag.default(true),
  /** Unset: the same as `PORT`. */
  WEBSOCKET_PORT: port.optional(),
  WEBSOCKET_MAX_CONNECTIONS: count(1, 1_000_000).default(5000),
  WEBSOCKET_MAX_CONNECTIONS_PER_USER: count(1, 1_000_000).default(50),
  WEBSOCKET_MAX_CONNECTIONS_PER_ADDRESS: count(1, 1_000_000).default(1000),
  /** ms */
  WEBSOCKET_HEARTBEAT_INTERVAL: count(10, 3_600_000).default(30_000),
  /** s */
  WEBSOCKET_CONNECTION_TIMEOUT: count(1, 86_400).default(300),
  WEBSOCKET_MESSAGE_QUEUE_SIZE: count(1, 1_000_000).default(1000),
  WEBSOCKET_MAX_MESSAGE_BYTES: count(256, 16_777_216).default(65_536),
  WEBSOCKET_MAX_BUFFERED_BYTES: count(1024, 1_073_741_824).default(262_144),
  WEBSOCKET_RATE_LIMIT: count(1, 1_000_000_000).default(50),
  REGULENS_DATA: z.string().default("./data"),
  /** Unset: the embedded log in `REGULENS_DATA`. */
  DATABASE_URL: z.string().refine(isPostgresUrl).optional(),
  /** Carries what nodes tell each other. Unset: Postgres does. */
  NATS_URL: natsUrl.optional(),
  /** Signs checkpoints of a log in Postgres. Unset: a key of its own in `REGULENS_DATA`. */
  REGULENS_SIGNING_KEY: z.string().refine(isSigningKey).optional(),
  REGULENS_AUTH: z.enum(["demo", "password", "oidc"]).default("demo"),
  REGULENS_OIDC_ISSUER: issuer.optional(),
  REGULENS_OIDC_CLIENT_ID: z.string().optional(),
  REGULENS_OIDC_CLIENT_SECRET: z.string().optional(),
  REGULENS_OIDC_ROLE_CLAIM: z.string().default("roles"),
  REGULENS_OIDC_ROLES: z.string().regex(ROLE_MAP).optional(),
  REGULENS_API_TOKEN: z.string().regex(/^[\x21-\x7e]+$/).optional(),
  REGULENS_SECRET: z.string()
    .refine((text) => new TextEncoder().encode(text).length >= 32).optional(),
  /** Unset: webhooks are refused. */
  REGULENS_WEBHOOK_SECRET: webhookSecrets.optional(),
  REGULENS_FOUR_EYES: flag.default(true),
  /** Days a session is kept after it was closed. Unset: for ever. */
  REGULENS_RETENTION_DAYS: count(1, 36_500).optional(),
  /** Requests a second that change something, of one user or one address. */
  REGULENS_HTTP_RATE_LIMIT: count(1, 1_000_000_000).default(1000),
  /** A guard in front of HTTP, for boxes without a proxy. */
  REGULENS_GUARD: flag.default(false),
  REGULENS_DEV: flag.default(false),
  ALLOWED_ORIGINS: origins.default([]),
  TRUST_PROXY: flag.default(false),
  LOG_LEVEL: z.string().toUpperCase()
    .pipe(z.enum(["DEBUG", "INFO", "WARN", "ERROR"])).default("INFO"),
  /** Unset: pretty on a terminal, else json. */
  LOG_FORMAT: z.enum(["pretty", "json"]).optional(),
}).superRefine((config, context) => {
  // Refused rather than ignored: the embedded log has its key in its folder.
  if (config.REGULENS_SIGNING_KEY && !config.DATABASE_URL) {
    context.addIssue({ code: "custom", path: ["REGULENS_SIGNING_KEY"] });
  }
  // Nodes that share no store are no nodes of one house.
  if (config.NATS_URL && !config.DATABASE_URL) {
    context.addIssue({ code: "custom", path: ["NATS_URL"] });
  }
  if (config.REGULENS_AUTH !== "oidc") return;
  for (const name of NEEDED_FOR_OIDC) {
    if (config[name] === undefined) {
      context.addIssue({ code: "custom", path: [name] });
    }
  }
});

/** The values by their names in the environment; unset ones carry their default. */
export type Config = Readonly<z.infer<typeof Environment>>;

/** What a mistake is told is allowed. */
const ALLOWED = {
  PORT: "a port from 0 to 65535",
  HOST: "a host name or an address",
  WEBSOCKET_ENABLED: "true or false",
  WEBSOCKET_PORT: "a port from 0 to 65535",
  WEBSOCKET_MAX_CONNECTIONS: WHOLE,
  WEBSOCKET_MAX_CONNECTIONS_PER_USER: WHOLE,
  WEBSOCKET_MAX_CONNECTIONS_PER_ADDRESS: WHOLE,
  WEBSOCKET_HEARTBEAT_INTERVAL: "milliseconds, from 10 to 3600000",
  WEBSOCKET_CONNECTION_TIMEOUT: "seconds, from 1 to 86400",
  WEBSOCKET_MESSAGE_QUEUE_SIZE: WHOLE,
  WEBSOCKET_MAX_MESSAGE_BYTES: "bytes, from 256 to 16777216",
  WEBSOCKET_MAX_BUFFERED_BYTES: "bytes, from 1024 to 1073741824",
  WEBSOCKET_RATE_LIMIT: "messages per second, from 1 to 1000000000",
  REGULENS_DATA: "a folder",
  DATABASE_URL:
    "postgres://user:password@host:port/database, with %-codes for special characters in the password",
  NATS_URL:
    "nats://user:password@host:port or tls://…, several with commas, together with DATABASE_URL",
  REGULENS_SIGNING_KEY:
    "an Ed25519 key as PKCS#8, PEM or Base64, together with DATABASE_URL",
  REGULENS_AUTH: "demo, password or oidc",
  REGULENS_OIDC_ISSUER: "an https URL; with REGULENS_AUTH=oidc it must be set",
  REGULENS_OIDC_CLIENT_ID: "text; with REGULENS_AUTH=oidc it must be set",
  REGULENS_OIDC_CLIENT_SECRET: "text",
  REGULENS_OIDC_ROLE_CLAIM: "a claim, or its path with dots",
  REGULENS_OIDC_ROLES:
    "value=role pairs such as leads=facilitator,*=member; with REGULENS_AUTH=oidc it must be set",
  REGULENS_API_TOKEN: "visible ASCII characters without spaces",
  REGULENS_SECRET: "at least 32 bytes",
  REGULENS_WEBHOOK_SECRET: "whsec_ and 24 to 64 bytes of Base64",
  REGULENS_FOUR_EYES: "on or off",
  REGULENS_RETENTION_DAYS: "days, from 1 to 36500; unset is for ever",
  REGULENS_HTTP_RATE_LIMIT: "requests per second, from 1 to 1000000000",
  REGULENS_GUARD: "on or off",
  REGULENS_DEV: "on or off",
  ALLOWED_ORIGINS: "origins such as https://app.example, comma separated",
  TRUST_PROXY: "true or false",
  LOG_LEVEL: "DEBUG, INFO, WARN or ERROR",
  LOG_FORMAT: "pretty or json",
} as const satisfies Record<keyof Config, string>;

/** Their values are never shown, not even wrong ones. */
const SECRETS = new Set([
  "DATABASE_URL",
  "NATS_URL",
  "REGULENS_API_TOKEN",
  "REGULENS_OIDC_CLIENT_SECRET",
  "REGULENS_SECRET",
  "REGULENS_SIGNING_KEY",
  "REGULENS_WEBHOOK_SECRET",
]);

/** What is wrong with the environment, one line per mistake. */
export class ConfigError extends Error {
  override readonly name = "ConfigError";
  constructor(readonly lines: readonly string[]) {
    super(lines.join("\n"));
  }
}

/**
 * Reads the configuration. An empty value counts as unset, as compose files write it.
 *
 * @param environment Names and values: those of the process over those of `.env`.
 * @throws {ConfigError} With a line for every mistake, not only the first.
 */
export function readConfig(
  environment: Readonly<Record<string, string | undefined>>,
): { config: Config; warnings: readonly string[] } {
  const given = Object.fromEntries(
    Object.entries(environment).filter(([, value]) => value !== ""),
  );
  const parsed = Environment.safeParse(given);
  if (parsed.success) {
    return { config: parsed.data, warnings: unknownNames(given) };
  }
  const wrong = new Set(parsed.error.issues.map((issue) => issue.path[0]));
  const lines = Object.entries(ALLOWED)
    .filter(([name]) => wrong.has(name))
    .map(([name, allowed]) => {
      const value = SECRETS.has(name) ? "(not shown)" : given[name];
      return `${name}=${oneLine(value ?? "")}: allowed is ${allowed}`;
    });
  throw new ConfigError(lines);
}

/** One warning per name that is surely meant for us and is none of ours. */
function unknownNames(given: Record<string, string | undefined>): string[] {
  const names = Object.keys(ALLOWED);
  return Object.keys(given)
    .filter((name) => /^(WEBSOCKET|REGULENS)_/.test(name))
    .filter((name) => !names.includes(name))
    .map((name) => {
      const near = names.find((known) => distance(name, known) <= 3);
      const hint = near === undefined ? "" : `; did you mean ${near}?`;
      return `${name} is no setting and has no effect${hint}`;
    });
}

/** Levenshtein distance: how many letters to change, add or drop. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const substituted = row[j - 1] + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(substituted, row[j] + 1, next[j - 1] + 1));
    }
    row = next;
  }
  return row[b.length];
}

function oneLine(value: string): string {
  return value.replace(/\p{Cc}/gu, "\u{fffd}");
}
