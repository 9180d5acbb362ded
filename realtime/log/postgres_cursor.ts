/** Reads an answer of any length out of Postgres, a stretch at a time. */
import type { Row } from "postgres";
import type { Sql } from "../postgres/driver.ts";

export type Ask = <Answer>(
  ask: (sql: Sql) => Promise<Answer>,
) => Promise<Answer>;

/** Rows handed over at a time. */
const STRETCH = 200;

/** Within a transaction of `ask`'s one connection, and one answer at a time. */
export async function* rowsOf(ask: Ask, select: string): AsyncGenerator<Row> {
  await ask((sql) =>
    sql.unsafe(`DECLARE regulens_rows NO SCROLL CURSOR FOR ${select}`)
  );
  for (;;) {
    const rows = await ask((sql) =>
      sql.unsafe(`FETCH ${STRETCH} FROM regulens_rows`)
    );
    yield* rows;
    if (rows.length < STRETCH) break;
  }
  await ask((sql) => sql.unsafe("CLOSE regulens_rows"));
}
