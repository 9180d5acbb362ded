/** The address of a Postgres server, as `DATABASE_URL` gives it. */

/** Parameters in other clients' addresses that the server would refuse as settings of its own. */
const FOREIGN = [
  "channel_binding",
  "connection_limit",
  "gssencmode",
  "pgbouncer",
  "pool_timeout",
  "schema",
  "sslcert",
  "sslkey",
  "sslrootcert",
];

/** Reports whether a text is `postgres://…` or `postgresql://…` with a host and a database. */
export function isPostgresUrl(text: string): boolean {
  const url = URL.parse(text);
  return url !== null && /^postgres(ql)?:$/.test(url.protocol) &&
    url.hostname !== "" && url.pathname.length > 1;
}

/** The address without what is meant for other clients. */
export function plainAddress(text: string): string {
  const url = new URL(text);
  for (const name of FOREIGN) url.searchParams.delete(name);
  return url.href;
}

/** Host, port and database, for people: no user, no password. */
export function addressForPeople(text: string): string {
  const url = URL.parse(text);
  if (!url) return "an address that cannot be read";
  return `${url.hostname}:${url.port || 5432}${url.pathname}`;
}
