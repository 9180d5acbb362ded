/** The rules of the store of topic owners (TO1–TO5), for every implementation of it. */
import { assert, assertEquals } from "@std/assert";
import type { TopicOwners } from "../../../realtime/nodes/topic_owners.ts";

/** A store, and nodes whose leases the test ends. */
export interface OwnersHouse {
  /** As this node sees it; its lease runs from the first call on. */
  of(node: string): Promise<TopicOwners>;
  /** The lease of the node has run out. */
  expire(node: string): Promise<void>;
  /** And runs again. */
  revive(node: string): Promise<void>;
}

const T = "topic:t";

export function topicOwnersContract(
  test: (name: string, run: (house: OwnersHouse) => Promise<void>) => void,
): void {
  const claimsOf = (owners: TopicOwners, channel = T) => {
    let count = 0;
    return (name: string, held?: string) =>
      owners.claim({ channel, epoch: `${name}${++count}`, held });
  };

  test("[TO1] the first who claims a topic owns it", async (house) => {
    const owner = await claimsOf(await house.of("a"))("a");
    assertEquals([owner.node, owner.epoch, owner.previous], [
      "a",
      "a1",
      undefined,
    ]);
  });

  test("[TO1] of many who claim at once one owns it, and all are told the same", async (house) => {
    const names = ["a", "b", "c", "d"];
    const all = await Promise.all(names.map((name) => house.of(name)));
    const told = await Promise.all(
      all.map((owners, index) => claimsOf(owners)(names[index])),
    );
    const [{ node, epoch }] = told;
    assertEquals(epoch, `${node}1`);
    for (const owner of told) {
      assertEquals([owner.node, owner.epoch], [node, epoch]);
    }
  });

  test("[TO1] an owner whose lease has run out is replaced, under the new epoch", async (house) => {
    await claimsOf(await house.of("a"))("a");
    const b = claimsOf(await house.of("b"));
    await house.expire("a");
    const owner = await b("b");
    assertEquals([owner.node, owner.epoch, owner.previous], ["b", "b1", "a1"]);
  });

  test("[TO2] a topic that a living node owns stays with it", async (house) => {
    const first = await claimsOf(await house.of("a"))("a");
    const { node, epoch, claim } = await claimsOf(await house.of("b"))("b");
    assertEquals([node, epoch, claim], ["a", "a1", first.claim]);
  });

  test("[TO3] the number of a later owner is higher, whatever topic it is", async (house) => {
    const owners = await house.of("a");
    const claims = [];
    for (const channel of [T, "topic:u", "topic:v"]) {
      claims.push((await claimsOf(owners, channel)("a")).claim);
    }
    await house.expire("a");
    claims.push((await claimsOf(await house.of("b"))("b")).claim);
    for (const [index, claim] of claims.entries()) {
      assert(index === 0 || claim > claims[index - 1]);
    }
  });

  test("[TO4] an owner that was away goes on if nobody replaced it", async (house) => {
    const a = claimsOf(await house.of("a"));
    const first = await a("a");
    await house.expire("a");
    await house.revive("a");
    const again = await a("a", "a1");
    assertEquals([again.epoch, again.claim], ["a1", first.claim]);
  });

  test("[TO4] an owner that was replaced is told by whom", async (house) => {
    const a = claimsOf(await house.of("a"));
    await a("a");
    await house.expire("a");
    await claimsOf(await house.of("b"))("b");
    await house.revive("a");
    assertEquals((await a("a", "a1")).node, "b");
  });

  test("[TO4] an owner that holds nothing any more begins anew", async (house) => {
    const a = claimsOf(await house.of("a"));
    const first = await a("a");
    const { node, epoch, claim, previous } = await a("a");
    assertEquals([node, epoch, previous], ["a", "a2", "a1"]);
    assert(claim > first.claim);
  });

  test("[TO5] what was given up is anybody's, and the rest stays", async (house) => {
    const [a, b] = [await house.of("a"), await house.of("b")];
    await claimsOf(a)("a");
    await claimsOf(b, "topic:u")("b");
    await a.release();
    const owner = await claimsOf(b)("b");
    assertEquals([owner.node, owner.previous], ["b", "a1"]);
    assertEquals((await claimsOf(a, "topic:u")("a")).node, "b");
  });
}
