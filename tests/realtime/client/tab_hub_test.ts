/** The leading tab's part, seen from its one real socket. */
import { assertEquals } from "@std/assert";
import { TabHub } from "../../../realtime/client/tab_hub.ts";
import { FakeClock, FakeNetwork } from "./fakes.ts";

function createHub() {
  const clock = new FakeClock();
  const network = new FakeNetwork();
  const told: unknown[] = [];
  const hub = new TabHub({
    open: network.open,
    clock,
    locks: { request: () => new Promise(() => {}) },
    frame: (socket, data) =>
      told.push([
        socket ?? "all",
        ...data.split("\n").map((line) => {
          const { type, ref } = JSON.parse(line);
          return ref === undefined ? type : `${type} ${ref}`;
        }),
      ]),
    closed: (socket, code) => told.push([socket, code]),
    ready: () => told.push("ready"),
  });
  hub.open("a", "lock-a", "ws://regulens.test/ws");
  return { hub, clock, network, told };
}

function heartbeat(id: number): string {
  return JSON.stringify({ type: "HEARTBEAT", id });
}

Deno.test("[P6] requests of two tabs with one number get their own replies", () => {
  const { hub, network, told } = createHub();
  network.current.establish();
  hub.open("b", "lock-b", "ws://regulens.test/ws");
  hub.send("a", heartbeat(1));
  hub.send("b", heartbeat(1));
  const [first, second] = network.current.sent("HEARTBEAT");
  told.length = 0;
  network.current.deliver({ type: "HEARTBEAT", ref: second!.id });
  network.current.deliver({ type: "HEARTBEAT", ref: first!.id });
  assertEquals(told, [["b", "HEARTBEAT 1"], ["a", "HEARTBEAT 1"]]);
});

Deno.test("[P15] the server's own heartbeat is answered once, by the leader", () => {
  const { network, told } = createHub();
  network.current.establish();
  told.length = 0;
  network.current.deliver({ type: "HEARTBEAT", id: 41 });
  assertEquals([network.current.sent("HEARTBEAT"), told], [
    [{ type: "HEARTBEAT", ref: 41 }],
    [],
  ]);
});

Deno.test("[P9] a reply between publications keeps its place", () => {
  const { hub, network, told } = createHub();
  network.current.establish();
  hub.send("a", heartbeat(9));
  const { id } = network.current.last("HEARTBEAT");
  told.length = 0;
  network.current.deliver(
    { type: "ALERT", channel: "alerts", offset: 1 },
    { type: "HEARTBEAT", ref: id },
    { type: "JOB_UPDATE", channel: "jobs", offset: 1 },
  );
  assertEquals(told, [["all", "ALERT"], ["a", "HEARTBEAT 9"], [
    "all",
    "JOB_UPDATE",
  ]]);
});

Deno.test("[I10] a stale real socket's late events touch nothing", () => {
  const { hub, network, told } = createHub();
  network.current.establish();
  const stale = network.current;
  stale.drop();
  hub.open("a2", "lock-a", "ws://regulens.test/ws");
  network.current.establish();
  told.length = 0;
  stale.deliver({ type: "ALERT", channel: "alerts", offset: 1 });
  stale.drop(4501);
  assertEquals(told, []);
});

Deno.test("[P15] one tab's doubt about a connection that speaks changes nothing", () => {
  const { hub, clock, network, told } = createHub();
  network.current.establish();
  hub.open("b", "lock-b", "ws://regulens.test/ws");
  clock.advance(5_000);
  told.length = 0;
  hub.close("b", 4008);
  network.current.deliver({ type: "ALERT", channel: "alerts", offset: 1 });
  clock.advance(5_000);
  assertEquals(told, [["a", "CONNECTION_ESTABLISHED"], ["all", "ALERT"]]);
  assertEquals(network.current.closedByClient, false);
});

Deno.test("[P15] while a connection is in doubt nobody is told that it is there", () => {
  const { hub, clock, network, told } = createHub();
  network.current.establish();
  hub.open("b", "lock-b", "ws://regulens.test/ws");
  clock.advance(5_000);
  hub.close("b", 4008);
  told.length = 0;
  hub.open("b2", "lock-b", "ws://regulens.test/ws");
  assertEquals(told, []);
  clock.advance(2_500);
  assertEquals(told, [["a", 1006], ["b2", 1006]]);
});

Deno.test("[P21] a socket the leader does not carry is told so", () => {
  const { hub, told } = createHub();
  hub.send("unknown", heartbeat(1));
  assertEquals(told, [["unknown", 1006]]);
});

Deno.test("[I6] with the last tab's socket the real one goes", () => {
  const { hub, network } = createHub();
  network.current.establish();
  hub.close("a", 1000);
  assertEquals(network.current.closedByClient, true);
});
