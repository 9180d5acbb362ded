/** Server-sent events in pieces of any size. */
import { assertEquals } from "@std/assert";
import fc from "fast-check";
import {
  EventParser,
  type ServerEvent,
} from "../../../realtime/client/sse_parser.ts";
import { EventEncoder } from "../../../realtime/sse_event.ts";

Deno.test("[P25] comments, names, several data lines and CRLF are read as the standard says", () => {
  const text = ": padding\n\nevent: open\r\ndata: {}\r\n\r\n" +
    "data: a\ndata:b\nid: 7\n\ndata\n\nevent: lost\n\ndata: c\n\n";
  assertEquals(new EventParser().take(text), [
    { name: "open", data: "{}" },
    { name: "message", data: "a\nb" },
    { name: "message", data: "c" },
  ]);
});

Deno.test("[P25] what the server writes is read back whole, however it is cut", () => {
  const frame = fc.array(fc.jsonValue(), { minLength: 1, maxLength: 3 })
    .map((values) => values.map((value) => JSON.stringify(value)).join("\n"));
  fc.assert(fc.property(
    fc.array(frame, { minLength: 1, maxLength: 4 }),
    fc.array(fc.nat({ max: 400 })),
    (frames, cuts) => {
      const encoder = new EventEncoder();
      const text = frames.map((each) =>
        new TextDecoder().decode(encoder.encode(each).bytes)
      ).join("");
      const parser = new EventParser();
      const events: ServerEvent[] = [];
      let from = 0;
      for (const cut of [...cuts.sort((a, b) => a - b), text.length]) {
        events.push(...parser.take(text.slice(from, Math.max(from, cut))));
        from = Math.max(from, cut);
      }
      assertEquals(
        events,
        frames.map((data) => ({ name: "message", data })),
      );
    },
  ));
});
