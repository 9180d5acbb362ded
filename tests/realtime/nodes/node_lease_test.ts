/** A node's lease: what it may believe of itself, and when it looks at the others. */
import { assertEquals, assertRejects } from "@std/assert";
import {
  type Leases,
  type LivingNode,
  NodeLease,
} from "../../../realtime/nodes/node_lease.ts";
import { FakeTime, turn } from "../fake_time.ts";

/** A lease of 6 s beside others that the test names; it answers at once unless told otherwise. */
async function leased() {
  const time = new FakeTime();
  const store = {
    living: new Array<LivingNode>(),
    /** What the next renewals wait for. */
    delay: Promise.resolve(),
    renewals: new Array<number>(),
    isLeft: false,
  };
  const leases: Leases = {
    renew: async () => {
      store.renewals.push(time.monotonicMs());
      await store.delay;
      return [{ node: "me", remainingMs: 6_000 }, ...store.living];
    },
    leave: () => {
      store.isLeft = true;
      return Promise.resolve();
    },
  };
  const told: string[] = [];
  const lease = new NodeLease({
    node: "me",
    leases,
    clock: time,
    after: time.after,
    onPeers: (peers) => told.push(`peers ${peers.join()}`),
    onRevived: () => told.push(`revived ${lease.isAlive()}`),
  });
  assertEquals(lease.isAlive(), false);
  await lease.start();
  return { time, store, lease, told };
}

const b: LivingNode = { node: "b", remainingMs: 6_000 };
const c: LivingNode = { node: "c", remainingMs: 6_000 };

Deno.test("[N6] a lease is renewed three times while it runs", async () => {
  const { time, store, lease } = await leased();
  await time.advance(6_000);
  assertEquals(store.renewals, [0, 2_000, 4_000, 6_000]);
  assertEquals(lease.isAlive(), true);
});

Deno.test("[N6] a lease counts from before it was asked for, however late the answer", async () => {
  const { time, store, lease } = await leased();
  const answer = Promise.withResolvers<void>();
  store.delay = answer.promise;
  await time.advance(5_000); // asked at 2 s
  store.delay = new Promise(() => {});
  answer.resolve();
  await turn();
  await time.advance(2_999);
  assertEquals([time.monotonicMs(), lease.isAlive()], [7_999, true]);
  await time.advance(1);
  assertEquals(lease.isAlive(), false);
});

Deno.test("[N6] a renewal that is not answered leaves the old lease, which runs out", async () => {
  const { time, store, lease, told } = await leased();
  store.living = [b];
  await time.advance(2_000);
  store.delay = new Promise(() => {});
  await time.advance(5_999);
  assertEquals([lease.isAlive(), lease.peers()], [true, ["b"]]);
  await time.advance(1);
  assertEquals([lease.isAlive(), lease.peers()], [false, []]);
  assertEquals(told, ["peers b", "peers "]);
});

Deno.test("[N6] who slept is not alive before any timer has run, and is told when it is", async () => {
  const { time, store, lease, told } = await leased();
  store.living = [b];
  await time.advance(2_000);
  time.spend(30_000);
  assertEquals(lease.isAlive(), false);
  await time.advance(0);
  assertEquals(lease.isAlive(), true);
  assertEquals(told, ["peers b", "revived true"]);
});

Deno.test("[N6] renewals that fail are tried again soon; the lease revives when one succeeds", async () => {
  const { time, store, lease, told } = await leased();
  store.delay = Promise.reject(new Error("down"));
  store.delay.catch(() => {});
  await time.advance(7_000);
  assertEquals(lease.isAlive(), false);
  assertEquals(store.renewals.slice(0, 4), [0, 2_000, 2_250, 2_500]);
  store.delay = Promise.resolve();
  await time.advance(250);
  assertEquals(lease.isAlive(), true);
  assertEquals(told, ["revived true"]);
});

Deno.test("[N5] it is looked again as soon as a peer's lease may have run out", async () => {
  const { time, store, lease } = await leased();
  store.living = [b, { ...c, remainingMs: 500 }];
  await time.advance(2_000);
  assertEquals(lease.peers(), ["b", "c"]);
  store.living = [b];
  await time.advance(520);
  assertEquals(lease.peers(), ["b"]);
  assertEquals(store.renewals, [0, 2_000, 2_520]);
});

Deno.test("[N5] look() looks now, and once more when it is looking already", async () => {
  const { time, store, lease, told } = await leased();
  const answer = Promise.withResolvers<void>();
  store.delay = answer.promise;
  lease.look();
  await time.advance(0);
  lease.look();
  lease.look();
  answer.resolve();
  await time.advance(0);
  assertEquals(store.renewals, [0, 0, 0]);
  store.living = [c, b];
  lease.look();
  await time.advance(0);
  assertEquals(told, ["peers b,c"]);
});

Deno.test("[N5] a lease that is given back is not alive, and nothing looks any more", async () => {
  const { time, store, lease, told } = await leased();
  store.living = [b];
  await time.advance(2_000);
  await lease.stop();
  assertEquals([store.isLeft, lease.isAlive(), lease.peers()], [
    true,
    false,
    [],
  ]);
  lease.look();
  assertEquals(time.pending, 0);
  assertEquals(told, ["peers b"]);
});

Deno.test("[N5] a lease that cannot be had at the start is an error of the start", async () => {
  const time = new FakeTime();
  const lease = new NodeLease({
    node: "me",
    leases: {
      renew: () => Promise.reject(new Error("down")),
      leave: () => Promise.resolve(),
    },
    clock: time,
    after: time.after,
    onPeers: () => {},
    onRevived: () => {},
  });
  await assertRejects(() => lease.start(), Error, "down");
  assertEquals(time.pending, 0);
});
