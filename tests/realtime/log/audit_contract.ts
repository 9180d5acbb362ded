/** What every reading for audits has to do: lists in stretches, exports of one moment, threads given back. */
import { assert, assertEquals, assertRejects } from "@std/assert";
import type { Json } from "../../../realtime/json.ts";
import type {
  AuditPage,
  AuditQuery,
} from "../../../realtime/log/audit_messages.ts";
import type { AuditReading } from "../../../realtime/log/audit_reading.ts";
import {
  isSigned,
  type SignedCheckpoint,
} from "../../../realtime/log/checkpoint.ts";
import { type Log, LogUnavailable } from "../../../realtime/log/log.ts";
import { verifyExport } from "../../../realtime/log/verify_export.ts";

export interface AuditedLog extends Log {
  checkpoint(): Promise<SignedCheckpoint | undefined>;
}

export interface Audited {
  readonly log: AuditedLog;
  readonly audit: AuditReading;
  /** As `audit.list`, looking at fewer entries at a time. */
  readonly list: (
    query: AuditQuery,
    options: { readonly maxLookedAt: number },
  ) => Promise<AuditPage>;
}

export interface AuditedOptions {
  readonly maxPauseMs?: number;
}

/** @param register Registers a test with an empty log, closed when it is over. */
export function auditContract(
  register: (
    name: string,
    options: AuditedOptions,
    run: (audited: Audited) => Promise<void>,
  ) => void,
): void {
  register(
    "[A1] pages of any size and stretch give every entry once, newest first",
    {},
    async ({ log, list }) => {
      for (let i = 0; i < 30; i++) {
        const sender = i % 5 === 0 ? "bo" : "ana";
        const subject = i % 7 === 0 ? "seven" : "notes";
        await write(log, `c${i % 3}`, { sender, subject, at: i });
      }
      const places = async (
        filter: object,
        limit: number,
        maxLookedAt: number,
      ) => {
        const found: string[] = [];
        let before: number | undefined;
        for (;;) {
          const query = { ...filter, limit, before };
          const { rows, cursor } = await list(query, { maxLookedAt });
          found.push(...rows.map((row) => `${row.channel} ${row.offset}`));
          if (cursor === null) return found;
          before = cursor;
        }
      };
      const newestFirst = Array.from({ length: 30 }, (_, i) => 29 - i);
      const placeOf = (i: number) => `c${i % 3} ${Math.floor(i / 3) + 1}`;
      for (
        const [filter, holds] of [
          [{}, () => true],
          [{ channel: "c1" }, (i: number) => i % 3 === 1],
          [{ actor: "bo" }, (i: number) => i % 5 === 0],
          [{ subject: "seven" }, (i: number) => i % 7 === 0],
          [{ since: 20 }, (i: number) => i >= 20],
          [{ channel: "c0", actor: "bo", since: 5 }, (i: number) => i === 15],
          [{ channel: "none" }, () => false],
          [{ actor: "nobody" }, () => false],
        ] as const
      ) {
        const wanted = newestFirst.filter(holds).map(placeOf);
        for (const [limit, stretch] of [[1, 1], [7, 4], [4, 100], [50, 7]]) {
          assertEquals(await places(filter, limit, stretch), wanted);
        }
      }
    },
  );

  register(
    "[A1] a row tells who, what and when; the event of a body that has one, and no other",
    {},
    async ({ log, audit }) => {
      const bodies: readonly Json[] = [
        { a: { event: "inner" }, event: 'said "it", ü, \u{1F600}' },
        { a: 1 },
        ["event"],
        "event",
        null,
        { event: 7 },
        { event: "gone" },
      ];
      for (const [i, body] of bodies.entries()) {
        await log.commit({
          sender: "ana",
          messageId: `m${i}`,
          writes: [{
            channel: "a",
            entries: [{ type: "NOTE", v: 2, subject: "s", at: 7, body }],
          }],
        });
      }
      await log.erase("a", 7, "bo");
      await log.forget("bo");
      const { rows, cursor } = await audit.list({ limit: 100 });
      assertEquals(cursor, null);
      assertEquals(
        rows.map(({ event, erased, sender, messageId }) => [
          event,
          erased,
          sender,
          messageId,
        ]),
        [
          ["body_erased", false, null, null],
          [null, true, "ana", "m6"],
          ["7", false, "ana", "m5"],
          [null, false, "ana", "m4"],
          [null, false, "ana", "m3"],
          [null, false, "ana", "m2"],
          [null, false, "ana", "m1"],
          ['said "it", ü, \u{1F600}', false, "ana", "m0"],
        ],
      );
      const [first] = await log.read("a", 0, 1);
      const { channel, offset, at, actor, type, v, subject, hash } = first;
      assertEquals(rows.at(-1), {
        cursor: 1,
        ...{ channel, offset, at, actor, type, v, subject, hash },
        sender: "ana",
        messageId: "m0",
        event: 'said "it", ü, \u{1F600}',
        erased: false,
      });
      const byActor = await audit.list({ limit: 100, actor });
      assertEquals(byActor.rows.length, 7);
    },
  );

  register(
    "[A2] an export holds what there was when it began, whatever is written and signed meanwhile",
    {},
    async ({ log, audit }) => {
      await write(log, "a", { count: 400, bytes: 1_000 });
      await log.checkpoint();
      const reader = (await audit.export("a")).getReader();
      const pieces = [(await reader.read()).value!];
      await write(log, "a", { count: 20 });
      await log.checkpoint();
      for (;;) {
        const { done, value } = await reader.read();
        if (done) break;
        pieces.push(value);
      }
      assert(pieces.length > 2);
      const then = await verifyExport(pieces, { isSigned });
      assertEquals(then.firstBad, undefined);
      assertEquals([then.count, then.checkpoints], [400, 1]);
    },
  );

  register(
    "[A5] an export tells who is behind the actors when asked to, and is sealed with the key it says",
    {},
    async ({ log, audit }) => {
      await write(log, "a");
      await write(log, "a", { sender: "bo" });
      await write(log, "b", { sender: "cy" });
      const plain = await new Response(await audit.export("a")).json();
      assertEquals(plain.actors, []);
      assertEquals(plain.seal.publicKey, audit.publicKey());
      const named = await new Response(
        await audit.export("a", { actors: true }),
      ).json();
      const users = named.actors.map(({ userId }: { userId: string }) =>
        userId
      );
      assertEquals(users.sort(), ["ana", "bo"]);
      const none = await verifyExport(await audit.export("none"), { isSigned });
      assertEquals([none.ok, none.count], [true, 0]);
    },
  );

  register(
    "[A9] an export tells how far it is, and ends when its signal is aborted",
    {},
    async ({ log, audit }) => {
      await write(log, "a", { count: 400, bytes: 2_000 });
      const told: [number, number][] = [];
      const onProgress = (done: number, total: number) =>
        void told.push([done, total]);
      const whole = await audit.export("a", { onProgress });
      await new Response(whole).bytes();
      assertEquals(told.at(-1), [400, 400]);
      assert(told.length > 3);
      assertEquals(told, told.toSorted(([a], [b]) => a - b));

      const stop = new AbortController();
      const { signal } = stop;
      const cut = (await audit.export("a", { signal })).getReader();
      await cut.read();
      stop.abort(new Error("not wanted any more"));
      await assertRejects(
        async () => {
          while (!(await cut.read()).done);
        },
        Error,
        "not wanted any more",
      );
      await assertRejects(() => audit.export("a", { signal }), Error, "wanted");
      assertEquals(audit.mayExport(), true);
    },
  );

  register(
    "[A2] a body erased while it is exported ends the export; the next one verifies",
    {},
    async ({ log, audit }) => {
      await write(log, "a", { count: 800, bytes: 1_000 });
      const reader = (await audit.export("a")).getReader();
      await reader.read();
      await log.erase("a", 799, "ana");
      await assertRejects(
        async () => {
          while (!(await reader.read()).done);
        },
        LogUnavailable,
        "erased while it was exported",
      );
      const now = await verifyExport(await audit.export("a"), { isSigned });
      assertEquals([now.ok, now.count, now.erased], [true, 801, 1]);
    },
  );

  register(
    "[A2] entries of other channels are not in it, wherever they were written",
    {},
    async ({ log, audit }) => {
      for (let i = 0; i < 12; i++) await write(log, `c${i % 4}`);
      await log.checkpoint();
      for (const channel of ["c0", "c3"]) {
        const found = await verifyExport(await audit.export(channel), {
          isSigned,
        });
        assertEquals([found.ok, found.count, found.checkpoints], [true, 3, 1]);
      }
    },
  );

  register(
    "[A9] an export that nobody reads on is ended, and its place is free",
    { maxPauseMs: 0 },
    async ({ log, audit }) => {
      await write(log, "a", { count: 400, bytes: 1_000 });
      const reader = (await audit.export("a")).getReader();
      // One piece is read ahead; then nobody takes it, and the pause of 0 ms is over.
      await assertRejects(
        () => reader.closed,
        LogUnavailable,
        "nobody read on",
      );
      await assertRejects(() => reader.read(), LogUnavailable);
      assertEquals(audit.mayExport(), true);
    },
  );

  register(
    "[A9] four exports run at a time; the next is refused",
    {},
    async ({ log, audit }) => {
      await write(log, "a", { count: 400, bytes: 1_000 });
      const four = await Promise.all(
        Array.from({ length: 4 }, () => audit.export("a")),
      );
      assertEquals(audit.mayExport(), false);
      await assertRejects(() => audit.export("a"), LogUnavailable, "too many");
      await four[0].cancel();
      assertEquals(audit.mayExport(), true);
      for (const stream of four.slice(1)) await stream.cancel();
    },
  );

  register(
    "[A9] closing ends the exports under way and refuses what comes later",
    {},
    async ({ log, audit }) => {
      await write(log, "a", { count: 400, bytes: 1_000 });
      await audit.list({ limit: 1 });
      const reader = (await audit.export("a")).getReader();
      await reader.read();
      audit.close();
      await assertRejects(async () => {
        while (!(await reader.read()).done);
      }, LogUnavailable);
      await assertRejects(() => audit.export("a"), LogUnavailable);
      await assertRejects(() => audit.list({ limit: 1 }), LogUnavailable);
    },
  );
}

/** @param bytes Of each body, so that exports come in several pieces. */
async function write(
  log: Log,
  channel: string,
  { count = 1, sender = "ana", subject = "notes", bytes = 10, at = 1_000 } = {},
): Promise<void> {
  const entry = { type: "NOTE", v: 1, subject, at };
  const entries = Array.from(
    { length: count },
    () => ({ ...entry, body: { event: "noted", text: "x".repeat(bytes) } }),
  );
  await log.commit({ sender, writes: [{ channel, entries }] });
}
