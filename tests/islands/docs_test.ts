/** What the pages of the reference send and show: the request of a form, the lines of the console. */
import { assertEquals } from "@std/assert";
import {
  closedWords,
  lineOf,
  linesOf,
  messageFrom,
} from "../../islands/docs_console_model.ts";
import { requestOf, shownBody } from "../../islands/docs_request.ts";

function form(fields: Record<string, string>): FormData {
  const data = new FormData();
  for (const [name, value] of Object.entries(fields)) data.set(name, value);
  return data;
}

const OPERATION = { method: "POST", path: "/api/v1/jobs/{jobId}/cancel" };

Deno.test("[O6] a form becomes the request it stands for", () => {
  assertEquals(
    requestOf(
      OPERATION,
      form({
        "path.jobId": "a/b",
        "query.limit": "5",
        "query.cursor": "",
        body: '{"x": 1}',
        strict: "on",
      }),
    ),
    {
      url: "/api/v1/jobs/a%2Fb/cancel?limit=5",
      init: {
        method: "POST",
        body: '{"x": 1}',
        headers: {
          "Content-Type": "application/json",
          Prefer: "handling=strict",
        },
      },
    },
  );
});

Deno.test("[O6] what cannot be sent says why", () => {
  assertEquals(requestOf(OPERATION, form({ "path.jobId": "" })), {
    mistake: "jobId is missing",
  });
  const wrong = requestOf(OPERATION, form({ "path.jobId": "1", body: "{" }));
  assertEquals(
    "mistake" in wrong && wrong.mistake.startsWith("The body is no JSON"),
    true,
  );
  assertEquals(shownBody('{"a":1}'), '{\n  "a": 1\n}');
  assertEquals(shownBody("plain"), "plain");
});

Deno.test("[O6] [P15] the console takes a frame apart and answers its heartbeat", () => {
  const { lines, answers } = linesOf(
    '{"type":"HEARTBEAT","id":7,"at":1}\n{"type":"ALERT","channel":"alerts","offset":3}\nbroken',
  );
  assertEquals(lines.map(({ title }) => title), [
    "HEARTBEAT · id 7",
    "ALERT · alerts · #3",
    "not JSON",
  ]);
  assertEquals(answers, ['{"type":"HEARTBEAT","ref":7}']);
});

Deno.test("[O6] [P6] a typed message gets the next id, or keeps its own", () => {
  assertEquals(messageFrom('{"type":"HEARTBEAT"}', 4), {
    text: '{"type":"HEARTBEAT","id":4}',
  });
  assertEquals(messageFrom('{"type":"HEARTBEAT","id":9}', 4), {
    text: '{"type":"HEARTBEAT","id":9}',
  });
  for (const typed of ["[]", "{}", "{"]) {
    assertEquals("mistake" in messageFrom(typed, 1), true, typed);
  }
  assertEquals(lineOf("sent", '{"type":"ACK","ref":2}').title, "ACK · to 2");
  assertEquals(closedWords(4501, ""), "Closed · 4501 · signed out");
});
