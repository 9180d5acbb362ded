/** Faults on purpose: what each does to frames, and that a client behind them loses and doubles nothing. */
import { assertEquals } from "@std/assert";
import { CUT_MS, Faults, SLOW_MS } from "../../islands/development_faults.ts";
import type { ClientSocket } from "../../realtime/client/link.ts";
import { RealtimeClient } from "../../realtime/client/client.ts";
import {
  FakeClock,
  FakeNetwork,
  type FakeSocket,
  turn,
} from "../realtime/client/fakes.ts";

interface Opened {
  readonly socket: ClientSocket;
  /** What came, in order; an end as its code. */
  readonly heard: (string | number)[];
}

function createFaults() {
  const clock = new FakeClock();
  const network = new FakeNetwork();
  const faults = new Faults(clock);
  const openAny = faults.tab(faults.network(network.open));
  const open = (): Opened => {
    const heard: (string | number)[] = [];
    const socket = openAny("ws://test/ws", "regulens.v1", {
      frame: (data) => heard.push(data),
      closed: (code) => heard.push(code),
    });
    return { socket, heard };
  };
  return { clock, network, faults, open };
}

Deno.test("without a fault frames pass at once, both ways, with no timer", () => {
  const { clock, network, open } = createFaults();
  const { socket, heard } = open();
  socket.send("out");
  network.current.deliverText("in");
  network.current.drop(4001);
  assertEquals(network.current.frames, ["out"]);
  assertEquals(heard, ["in", 4001]);
  assertEquals(clock.pending, 0);
});

Deno.test("slow holds every frame for 800 ms, in order, both ways", () => {
  const { clock, network, faults, open } = createFaults();
  const { socket, heard } = open();
  faults.slow.value = true;
  socket.send("out 1");
  network.current.deliverText("in 1");
  clock.advance(100);
  socket.send("out 2");
  network.current.deliverText("in 2");
  clock.advance(SLOW_MS - 101);
  assertEquals([heard, network.current.frames], [[], []]);
  clock.advance(1);
  assertEquals([heard, network.current.frames], [["in 1"], ["out 1"]]);
  clock.advance(100);
  assertEquals(heard, ["in 1", "in 2"]);
  assertEquals(network.current.frames, ["out 1", "out 2"]);
  assertEquals(clock.pending, 0);
});

Deno.test("switching slow off lets nothing overtake what is on the way", () => {
  const { clock, network, faults, open } = createFaults();
  const { heard } = open();
  faults.slow.value = true;
  network.current.deliverText("first");
  faults.slow.value = false;
  network.current.deliverText("second");
  assertEquals(heard, []);
  clock.advance(SLOW_MS);
  assertEquals(heard, ["first", "second"]);
  network.current.deliverText("third");
  assertEquals(heard, ["first", "second", "third"]);
});

Deno.test("an orderly end comes after the last words, also when slow", () => {
  const { clock, network, faults, open } = createFaults();
  const { heard } = open();
  faults.slow.value = true;
  network.current.deliverText("DRAINING");
  network.current.drop(4001);
  clock.advance(SLOW_MS);
  assertEquals(heard, ["DRAINING", 4001]);
});

Deno.test("duplicate delivers every incoming frame twice and sends once", () => {
  const { network, faults, open } = createFaults();
  const { socket, heard } = open();
  faults.duplicate.value = true;
  network.current.deliverText("a");
  network.current.deliverText("b");
  socket.send("out");
  assertEquals(heard, ["a", "a", "b", "b"]);
  assertEquals(network.current.frames, ["out"]);
});

Deno.test("[P16] a cut ends the socket as a network loss: 1006, and no word to the server", () => {
  const { clock, network, faults, open } = createFaults();
  const { socket, heard } = open();
  faults.cut();
  assertEquals(heard, [1006]);
  socket.send("too late");
  socket.close(1000, "");
  network.current.deliverText("too late");
  assertEquals(heard, [1006]);
  assertEquals(network.current.frames, []);
  assertEquals(network.current.closedByClient, false);
  clock.advance(CUT_MS);
  assertEquals(network.current.closedByClient, true);
  network.current.drop(1000);
  assertEquals(heard, [1006]);
});

Deno.test("what is on the way is lost with a cut, both ways", () => {
  const { clock, network, faults, open } = createFaults();
  const { socket, heard } = open();
  faults.slow.value = true;
  socket.send("out");
  network.current.deliverText("in");
  faults.cut();
  clock.advance(CUT_MS);
  assertEquals(heard, [1006]);
  assertEquals(network.current.frames, []);
});

Deno.test("while the network is away no socket opens, afterwards one does", () => {
  const { clock, network, faults, open } = createFaults();
  faults.cut();
  const refused = open();
  clock.advance(0);
  assertEquals(refused.heard, [1006]);
  assertEquals(network.sockets.length, 0);
  clock.advance(CUT_MS - 1);
  assertEquals(faults.away.value, true);
  clock.advance(1);
  assertEquals(faults.away.value, false);
  open();
  assertEquals(network.sockets.length, 1);
  assertEquals(clock.pending, 0);
});

Deno.test("a second cut starts the time anew and keeps one timer", () => {
  const { clock, faults } = createFaults();
  faults.cut();
  clock.advance(CUT_MS - 1);
  faults.cut();
  assertEquals(clock.pending, 1);
  clock.advance(CUT_MS - 1);
  assertEquals(faults.away.value, true);
  clock.advance(1);
  assertEquals(faults.away.value, false);
});

const CHANNEL = "session:s1";

/** A client behind the faults, and a server that knows its log and answers. */
function createReader() {
  const { clock, network, faults } = createFaults();
  const applied: number[] = [];
  const client = new RealtimeClient({
    url: "ws://test/ws",
    open: faults.tab(faults.network(network.open)),
    clock,
    random: () => 0.5,
    newId: () => "m1",
    identify: () => Promise.resolve("signed_in"),
  });
  client.follow(CHANNEL, {
    publication: ({ offset }) => applied.push(offset),
  }, { epoch: "e", offset: 0 });
  client.connect();
  let head = 0;
  const publish = () => {
    head += 1;
    network.current.deliver(publication(head));
  };
  /** Lets the newest socket be greeted and answered, as the server would. */
  const serve = async (socket: FakeSocket = network.current) => {
    socket.establish();
    await turn();
    clock.advance(SLOW_MS);
    await turn();
    clock.advance(SLOW_MS);
    const { id, payload } = socket.last("SUBSCRIBE");
    const since = payload?.since?.offset ?? 0;
    socket.deliver(
      {
        type: "SUBSCRIBED",
        ref: id,
        channel: CHANNEL,
        payload: { epoch: "e", offset: head, recovered: true },
      },
      ...Array.from(
        { length: head - since },
        (_, n) => publication(since + n + 1),
      ),
    );
  };
  return { clock, network, faults, client, applied, publish, serve };
}

function publication(offset: number) {
  return {
    type: "SESSION_UPDATE",
    channel: CHANNEL,
    epoch: "e",
    offset,
    payload: { event: "message_posted", text: `${offset}` },
  };
}

Deno.test("[P11] behind duplicated frames a client applies every publication once", async () => {
  const { faults, client, applied, publish, serve } = createReader();
  faults.duplicate.value = true;
  await serve();
  for (let n = 0; n < 3; n++) publish();
  assertEquals(applied, [1, 2, 3]);
  client.close();
});

Deno.test("[P11] a cut in the middle of slow, doubled frames loses and doubles nothing", async () => {
  const { clock, network, faults, client, applied, publish, serve } =
    createReader();
  await serve();
  publish();
  faults.slow.value = true;
  faults.duplicate.value = true;
  publish();
  clock.advance(SLOW_MS);
  publish(); // on its way when the network goes
  const before = network.current;
  faults.cut();
  publish(); // goes to a socket that nobody reads any more
  assertEquals(applied, [1, 2]);
  for (let n = 0; n < 100 && network.current === before; n++) {
    await turn();
    clock.advance(500);
  }
  await serve();
  clock.advance(SLOW_MS);
  publish();
  clock.advance(SLOW_MS);
  assertEquals(applied, [1, 2, 3, 4, 5]);
  client.close();
});
