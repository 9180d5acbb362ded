/** Calibration over HTTP: the answer, who may ask, and what is refused, with its place. */
import { assert, assertEquals } from "@std/assert";
import { fixture } from "../fixture.ts";

const CALIBRATION = "/api/v1/learning/calibration";

async function post(body: unknown) {
  using f = await fixture();
  const response = await f.call("POST", CALIBRATION, body);
  return { status: response.status, body: await response.json() };
}

/** The places a body is refused for. */
async function refusedAt(body: unknown): Promise<string[]> {
  const { status, body: { errors } } = await post(body);
  assertEquals(status, 422);
  return errors.map((error: { path: string }) => error.path);
}

Deno.test("[LE3] calibration answers the six measures and the curve", async () => {
  const { status, body } = await post({
    predicted: [0.25, 0.25, 0.75, 0.75],
    observed: [0, 0, 1, false],
  });
  assertEquals(status, 200);
  const { curve, logLoss, ...measures } = body;
  assertEquals(measures, {
    brier: 0.1875,
    reliability: 0.0625,
    resolution: 0.0625,
    uncertainty: 0.1875,
    ece: 0.25,
  });
  const expected = -(3 * Math.log(0.75) + Math.log(0.25)) / 4;
  assert(Math.abs(logLoss - expected) < 1e-12);
  assertEquals(curve.length, 10);
  assertEquals(curve[0].observed, null);
  assertEquals(curve[7].count, 2);
});

Deno.test("[LE3] a forecast that was sure and wrong costs much, and never Infinity", async () => {
  const { body } = await post({ predicted: [0, 1], observed: [1, 1] });
  assertEquals(body.brier, 0.5);
  assert(Math.abs(body.logLoss + Math.log(1e-15) / 2) < 1e-12);
});

Deno.test("[LE4] what cannot be measured is refused with its path", async () => {
  const one = { predicted: [0.5], observed: [1] };
  assertEquals(await refusedAt({ ...one, observed: [1, 0] }), ["observed"]);
  assertEquals(await refusedAt({ ...one, predicted: [1.1] }), ["predicted.0"]);
  assertEquals(await refusedAt({ ...one, predicted: [-0.1] }), ["predicted.0"]);
  assertEquals(await refusedAt({ ...one, predicted: [null] }), ["predicted.0"]);
  assertEquals(await refusedAt({ ...one, observed: [0.5] }), ["observed.0"]);
  assertEquals(await refusedAt({ predicted: [], observed: [] }), [
    "predicted",
    "observed",
  ]);
  assertEquals(await refusedAt({ predicted: [0.5] }), ["observed"]);
});

Deno.test("[LE4] an observer may calculate, nobody in particular may not", async () => {
  using f = await fixture();
  const body = { predicted: [0.5], observed: [1] };
  const observer = { name: "Bo", role: "observer" } as const;
  const asked = await f.callAs(observer, "POST", CALIBRATION, body);
  assertEquals(asked.status, 200);
  const unknown = await f.request(CALIBRATION, {
    method: "POST",
    body: JSON.stringify(body),
  });
  assertEquals(unknown.status, 401);
});
