/** The configuration: defaults, every mistake in one line, secrets never shown. */
import { assertEquals } from "@std/assert";
import { ConfigError, readConfig } from "../config.ts";

/** The lines of the error. */
function mistakes(environment: Record<string, string>): readonly string[] {
  try {
    readConfig(environment);
  } catch (error) {
    if (error instanceof ConfigError) return error.lines;
    throw error;
  }
  throw new Error("Cannot find a mistake: the environment was accepted");
}

Deno.test("[C1] an empty environment gives the documented defaults", () => {
  const { config, warnings } = readConfig({});
  assertEquals(config, {
    PORT: 8000,
    HOST: "127.0.0.1",
    WEBSOCKET_ENABLED: true,
    WEBSOCKET_MAX_CONNECTIONS: 5000,
    WEBSOCKET_MAX_CONNECTIONS_PER_USER: 50,
    WEBSOCKET_MAX_CONNECTIONS_PER_ADDRESS: 1000,
    WEBSOCKET_HEARTBEAT_INTERVAL: 30000,
    WEBSOCKET_CONNECTION_TIMEOUT: 300,
    WEBSOCKET_MESSAGE_QUEUE_SIZE: 1000,
    WEBSOCKET_MAX_MESSAGE_BYTES: 65536,
    WEBSOCKET_MAX_BUFFERED_BYTES: 262144,
    WEBSOCKET_RATE_LIMIT: 50,
    REGULENS_DATA: "./data",
    REGULENS_AUTH: "demo",
    REGULENS_OIDC_ROLE_CLAIM: "roles",
    REGULENS_FOUR_EYES: true,
    REGULENS_HTTP_RATE_LIMIT: 1000,
    REGULENS_GUARD: false,
    REGULENS_DEV: false,
    ALLOWED_ORIGINS: [],
    TRUST_PROXY: false,
    LOG_LEVEL: "INFO",
  });
  assertEquals(warnings, []);
});

Deno.test("[C1] values are read in their types", () => {
  const { config } = readConfig({
    PORT: "0",
    WEBSOCKET_PORT: "9000",
    WEBSOCKET_ENABLED: "false",
    REGULENS_FOUR_EYES: "off",
    ALLOWED_ORIGINS: "https://App.example/, http://b.example:8080",
    TRUST_PROXY: "TRUE",
    LOG_LEVEL: "debug",
    LOG_FORMAT: "json",
    REGULENS_API_TOKEN: "t",
    REGULENS_SECRET: "ä".repeat(16),
  });
  assertEquals(config.PORT, 0);
  assertEquals(config.WEBSOCKET_PORT, 9000);
  assertEquals(config.WEBSOCKET_ENABLED, false);
  assertEquals(config.REGULENS_FOUR_EYES, false);
  assertEquals(config.ALLOWED_ORIGINS, [
    "https://app.example",
    "http://b.example:8080",
  ]);
  assertEquals(config.TRUST_PROXY, true);
  assertEquals(config.LOG_LEVEL, "DEBUG");
  assertEquals(config.LOG_FORMAT, "json");
});

Deno.test("[C1] an empty value counts as unset", () => {
  const { config } = readConfig({ PORT: "", DATABASE_URL: "" });
  assertEquals(config.PORT, 8000);
});

Deno.test("[C2] every mistake gets its line: name, value, what is allowed", () => {
  assertEquals(
    mistakes({ PORT: "70000", LOG_LEVEL: "LOUD", TRUST_PROXY: "maybe" }),
    [
      "PORT=70000: allowed is a port from 0 to 65535",
      "TRUST_PROXY=maybe: allowed is true or false",
      "LOG_LEVEL=LOUD: allowed is DEBUG, INFO, WARN or ERROR",
    ],
  );
});

for (
  const [name, value] of [
    ["PORT", "-1"],
    ["PORT", "80.5"],
    ["PORT", "0x50"],
    ["PORT", " 80"],
    ["HOST", "a b"],
    ["WEBSOCKET_PORT", "65536"],
    ["WEBSOCKET_ENABLED", "2"],
    ["WEBSOCKET_MAX_CONNECTIONS", "0"],
    ["WEBSOCKET_MAX_CONNECTIONS_PER_USER", "none"],
    ["WEBSOCKET_MAX_CONNECTIONS_PER_ADDRESS", "1e3"],
    ["WEBSOCKET_HEARTBEAT_INTERVAL", "0"],
    ["WEBSOCKET_CONNECTION_TIMEOUT", "0"],
    ["WEBSOCKET_MESSAGE_QUEUE_SIZE", "0"],
    ["WEBSOCKET_MAX_MESSAGE_BYTES", "1"],
    ["WEBSOCKET_MAX_BUFFERED_BYTES", "1"],
    ["WEBSOCKET_RATE_LIMIT", "0"],
    ["REGULENS_AUTH", "ldap"],
    ["REGULENS_OIDC_ISSUER", "http://id.example"],
    ["REGULENS_OIDC_ISSUER", "id.example"],
    ["REGULENS_OIDC_ROLES", "leads=boss"],
    ["REGULENS_OIDC_ROLES", "admin"],
    ["REGULENS_FOUR_EYES", "two"],
    ["REGULENS_RETENTION_DAYS", "0"],
    ["REGULENS_RETENTION_DAYS", "36501"],
    ["ALLOWED_ORIGINS", "app.example"],
    ["ALLOWED_ORIGINS", "https://app.example/path"],
    ["ALLOWED_ORIGINS", "*"],
    ["LOG_FORMAT", "xml"],
  ]
) {
  Deno.test(`[C2] ${name}=${value} is a mistake`, () => {
    const [line, ...more] = mistakes({ [name]: value });
    assertEquals(line.startsWith(`${name}=${value}: allowed is `), true);
    assertEquals(more, []);
  });
}

for (
  const [name, value] of [
    ["REGULENS_SECRET", "too short to sign with"],
    ["REGULENS_WEBHOOK_SECRET", "whsec_tooshort"],
    ["REGULENS_API_TOKEN", "two words"],
    ["DATABASE_URL", "mysql://user:hunter2@db/regulens"],
    ["DATABASE_URL", "postgres://user:hunter2@db"],
    ["REGULENS_SIGNING_KEY", "MC4CAQAwBQYDK2VwBCIEIA"],
  ]
) {
  Deno.test(`[C3] a wrong ${name} is told without its value`, () => {
    const [line] = mistakes({ [name]: value });
    assertEquals(line.startsWith(`${name}=(not shown): allowed is `), true);
    assertEquals(line.includes(value), false);
  });
}

Deno.test("[C2] a signing key goes with a database, whose nodes share it", () => {
  const key =
    "MC4CAQAwBQYDK2VwBCIEIAABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4f";
  const database = "postgresql://user:p%40ss@db:5433/regulens?sslmode=require";
  const { config } = readConfig({
    DATABASE_URL: database,
    REGULENS_SIGNING_KEY: key,
  });
  assertEquals(config.DATABASE_URL, database);
  assertEquals(config.REGULENS_SIGNING_KEY, key);
  const [line] = mistakes({ REGULENS_SIGNING_KEY: key });
  assertEquals(line.startsWith("REGULENS_SIGNING_KEY=(not shown): "), true);
});

Deno.test("[C2] NATS goes with a database, which its nodes share", () => {
  const nats = "nats://user:s%40cret@one:4222, tls://two";
  const database = "postgres://db/regulens";
  const { config } = readConfig({ NATS_URL: nats, DATABASE_URL: database });
  assertEquals(config.NATS_URL, nats);
  const wrong: Record<string, string>[] = [
    { NATS_URL: nats },
    { NATS_URL: "http://one:4222", DATABASE_URL: database },
    { NATS_URL: "nats://one/path", DATABASE_URL: database },
    { NATS_URL: "nats://one,", DATABASE_URL: database },
  ];
  for (const environment of wrong) {
    const [line, ...more] = mistakes(environment);
    assertEquals(line.startsWith("NATS_URL=(not shown): "), true);
    assertEquals(more, []);
  }
});

Deno.test("[C2] signing in with a provider asks for what it needs", () => {
  const lines = mistakes({ REGULENS_AUTH: "oidc" });
  assertEquals(lines.map((line) => line.split("=")[0]), [
    "REGULENS_OIDC_ISSUER",
    "REGULENS_OIDC_CLIENT_ID",
    "REGULENS_OIDC_ROLES",
  ]);
  const { config } = readConfig({
    REGULENS_AUTH: "oidc",
    REGULENS_OIDC_ISSUER: "https://id.example/realms/a",
    REGULENS_OIDC_CLIENT_ID: "regulens",
    REGULENS_OIDC_ROLES: "cn=leads=facilitator,*=member",
  });
  assertEquals(config.REGULENS_AUTH, "oidc");
});

Deno.test("[C2] a value with a line break stays on one line", () => {
  const lines = mistakes({ HOST: "a\nREGULENS_AUTH=fine" });
  assertEquals(lines[0].includes("\n"), false);
});

Deno.test("[C4] a name that is none of ours but looks like it gets a warning", () => {
  const { warnings } = readConfig({
    WEBSOCKET_MAX_CONECTIONS: "7",
    REGULENS_COLOUR: "red",
    PATH: "/bin",
  });
  assertEquals(warnings, [
    "WEBSOCKET_MAX_CONECTIONS is no setting and has no effect; did you mean WEBSOCKET_MAX_CONNECTIONS?",
    "REGULENS_COLOUR is no setting and has no effect",
  ]);
});
