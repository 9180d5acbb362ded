/** Live decisions: who may do what, what is refused and where, and what a command leaves behind. */
import { assert, assertEquals } from "@std/assert";
import {
  ADA,
  BEN,
  FAY,
  GIL,
  Live,
  MIA,
  names,
  OLI,
  opened,
  type Person,
  person,
  SETTINGS,
  sheet,
  sized,
} from "./fixture.ts";

const EVERYONE = { fay: FAY, gil: GIL, mia: MIA, oli: OLI, ada: ADA };

/** Who of them is let through; the others are refused with `not_allowed`. */
function allowed(act: (user: Person) => object): string[] {
  return Object.entries(EVERYONE).flatMap(([name, user]) => {
    const done = names(act(user));
    if (done === "not_allowed" || done === "session_not_found") return [];
    assert(typeof done !== "string" || done === "signal", `${name}: ${done}`);
    return [name];
  });
}

const SHAPING = {
  change: (live: Live, user: Person) => live.change(user, { title: "Other" }),
  reveal: (live: Live, user: Person) => live.reveal(user),
  close: (live: Live, user: Person) => live.close(user),
};
const VOICES = {
  weigh: (live: Live, user: Person) => live.weigh(user, { cost: 5 }),
  give: (live: Live, user: Person) => live.give(user, { a: { cost: 1 } }),
  drag: (live: Live, user: Person) => live.drag(user, { cost: 5 }),
};

Deno.test("[D16] in a session its facilitators and admins open decisions", () => {
  assertEquals(allowed((user) => new Live().open({}, user)), ["fay", "ada"]);
});

Deno.test("[D16] in the house every member opens decisions", () => {
  const open = (user: Person) => new Live({ house: true }).open({}, user);
  assertEquals(allowed(open), ["fay", "gil", "mia", "ada"]);
});

for (const [name, act] of Object.entries(SHAPING)) {
  Deno.test(`[D16] in a session its facilitators ${name}, house roles do not count`, () => {
    const run = (user: Person) => act(opened({ blind: true }), user);
    assertEquals(allowed(run), ["fay", "ada"]);
  });

  Deno.test(`[D16] in the house facilitators and who opened it ${name}`, () => {
    const by = (opener: Person) =>
      allowed((user) => {
        const live = new Live({ house: true });
        live.open({ blind: true }, opener);
        return act(live, user);
      });
    assertEquals(by(FAY), ["fay", "gil", "ada"]);
    assertEquals(by(MIA), ["fay", "gil", "mia", "ada"]);
  });
}

for (const [name, act] of Object.entries(VOICES)) {
  Deno.test(`[D16] in a session its participants but observers ${name}`, () => {
    const run = (user: Person) => act(opened(), user);
    assertEquals(allowed(run), ["fay", "mia", "ada"]);
  });

  Deno.test(`[D16] in the house every member may ${name}`, () => {
    const run = (user: Person) => act(opened({}, { house: true }), user);
    assertEquals(allowed(run), ["fay", "gil", "mia", "ada"]);
  });
}

Deno.test("[D16] who may not see the session is not told that the decision is there", () => {
  for (const act of Object.values({ ...SHAPING, ...VOICES })) {
    assertEquals(names(act(opened(), GIL)), "session_not_found");
    assertEquals(names(act(new Live(), GIL)), "session_not_found");
  }
});

Deno.test("[D16] who left the session has no voice any more", () => {
  const live = opened();
  live.inSession(MIA, { command: "leave_session" });
  assertEquals(names(live.give(MIA, { a: { cost: 1 } })), "not_allowed");
  assertEquals(names(live.drag(MIA, { cost: 1 })), "not_allowed");
});

Deno.test("[D16] nothing but closing works in a closed session, and nothing in a closed decision", () => {
  const live = opened();
  live.inSession(FAY, { command: "close_session" });
  const acts = { ...VOICES, change: SHAPING.change };
  for (const act of Object.values(acts)) {
    assertEquals(names(act(live, FAY)), "session_closed");
  }
  assertEquals(names(live.close()), ["decision_closed"]);
  const after = opened();
  after.close();
  for (const act of Object.values({ ...VOICES, ...SHAPING })) {
    assertEquals(names(act(after, FAY)), "decision_closed");
  }
});

Deno.test("[D16] what was never opened cannot be found, and no id is opened twice", () => {
  for (const act of Object.values({ ...VOICES, ...SHAPING })) {
    assertEquals(names(act(new Live(), FAY)), "decision_not_found");
  }
  assertEquals(names(opened().open()), "decision_exists");
});

Deno.test("[D17] unknown ids are refused with the path of each", () => {
  const live = opened();
  const refused = (paths: string[]) => ({ code: "decision_invalid", paths });
  assertEquals(
    live.give(MIA, { x: { cost: 1 }, a: { cost: 1 }, y: {} }),
    refused(["scores.x", "scores.y"]),
  );
  assertEquals(
    live.give(MIA, { a: { cost: 1, time: 2 }, b: { risk: null } }),
    refused(["scores.a.time"]),
  );
  assertEquals(live.weigh(MIA, { time: 1 }), refused(["weights.time"]));
  assertEquals(live.drag(MIA, { time: 1 }), refused(["weights.time"]));
  assertEquals(live.close(FAY, "x"), refused(["chosen.x"]));
});

Deno.test("[D17] names that every object has are unknown ids like any other", () => {
  const live = opened();
  for (const id of ["constructor", "toString", "hasOwnProperty"]) {
    assertEquals(names(live.give(MIA, { [id]: {} })), "decision_invalid");
    assertEquals(
      names(live.give(MIA, { a: { [id]: 1 } })),
      "decision_invalid",
    );
    assertEquals(names(live.weigh(MIA, { [id]: 1 })), "decision_invalid");
  }
});

Deno.test("[D17] an alternative named as what every object has is one like any other", () => {
  const live = opened({
    alternatives: ["toString", "valueOf"].map((id) => ({ id, label: id })),
  });
  live.give(MIA, { toString: { cost: 1, risk: 2 } });
  live.give(MIA, { toString: { risk: null } });
  assertEquals(live.decision.sheets.get("mia")?.scores, {
    toString: { cost: 1 },
  });
});

Deno.test("[D17] weights that would all be 0 are refused, set or dragged", () => {
  const live = opened();
  const refused = { code: "decision_invalid", paths: ["weights"] };
  assertEquals(live.weigh(MIA, { cost: 0, risk: 0 }), refused);
  assertEquals(live.drag(MIA, { cost: 0, risk: 0 }), refused);
  live.weigh(MIA, { cost: 0 });
  assertEquals(live.weigh(MIA, { risk: 0 }), refused);
  assertEquals(live.drag(MIA, { risk: 0 }), refused);
});

Deno.test("[D17] a change cannot make the matrix larger than one may be opened", () => {
  const live = opened(sized(200, 20));
  const { criteria } = sized(1, 21);
  assertEquals(live.change(FAY, { criteria }), {
    code: "decision_invalid",
    paths: ["alternatives"],
  });
});

Deno.test("[D17] no more people score than can be put together on each change", () => {
  for (const blind of [false, true]) {
    const live = new Live({ house: true });
    live.open({ ...sized(200, 20), blind });
    const give = (n: number) =>
      names(live.give(person(`p${n}`, "member"), { a0: { c0: n } }));
    for (let n = 0; n < 25; n++) assert(Array.isArray(give(n)), `${n}`);
    assertEquals(
      live.give(person("p25", "member"), { a0: { c0: 1 } }),
      { code: "decision_invalid", paths: ["scores"] },
    );
    assert(Array.isArray(give(3)), "who scored before may go on");
    live.change(FAY, { alternatives: sized(100, 20).alternatives });
    assert(Array.isArray(give(25)), "fewer cells have room for more people");
    assertEquals(
      live.change(FAY, { alternatives: sized(200, 20).alternatives }),
      { code: "decision_invalid", paths: ["alternatives"] },
    );
  }
});

Deno.test("[D16] nothing happens where it is so already", () => {
  const live = opened();
  assertEquals(live.weigh(MIA, { cost: 2 }), []);
  const { title, criteria, params } = SETTINGS;
  assertEquals(live.change(FAY, { title, criteria, params }), []);
  assertEquals(live.change(FAY, { title: undefined }), []);
  assertEquals(live.reveal(), []);
});

Deno.test("[D18] weights that are dragged are told and kept nowhere", () => {
  const live = opened();
  const before = JSON.stringify([live.events, live.decision]);
  assertEquals(live.drag(MIA, { cost: 7 }), {
    type: "DECISION_ANALYSIS_RESULT",
    key: "weights:d1",
    payload: {
      event: "weights_dragged",
      decisionId: "d1",
      weights: { cost: 7 },
      userId: "mia",
      name: "MIA",
    },
  });
  assertEquals(JSON.stringify([live.events, live.decision]), before);
});

Deno.test("[D16] those who scored and who opened it are told of the end, but for who ended it", () => {
  const live = opened();
  live.give(MIA, sheet([1, 2, 3, 4]));
  live.give(BEN, sheet([1, 2, 3, 4]));
  live.close(ADA, "a");
  assertEquals(live.told.map(({ channel }) => channel), [
    "user:fay",
    "user:mia",
    "user:ben",
  ]);
  assert(JSON.stringify(live.told[0].event).includes("Alpha"));
  const own = opened();
  own.close();
  assertEquals(own.told, []);
});

Deno.test("[D16] who was removed from a private session is not told how it ended", () => {
  const live = opened();
  live.give(MIA, sheet([1, 2, 3, 4]));
  live.give(BEN, sheet([1, 2, 3, 4]));
  live.inSession(FAY, { command: "remove_participant", userId: "ben" });
  live.close(FAY, "a");
  assertEquals(live.told.map(({ channel }) => channel), ["user:mia"]);
});

Deno.test("[D14] a score that is taken back counts for nothing, another's still does", () => {
  const live = opened();
  live.give(MIA, { a: { cost: 1, risk: 2 } });
  live.give(BEN, { a: { cost: 3 } });
  live.give(MIA, { a: { cost: null } });
  assertEquals(live.decision.sheets.get("mia")?.scores, { a: { risk: 2 } });
  assertEquals(live.decision.sheets.get("ben")?.scores, { a: { cost: 3 } });
});

Deno.test("[D17] scores stay with an alternative that leaves and comes back", () => {
  const live = opened();
  live.give(MIA, sheet([1, 2, 3, 4]));
  const { alternatives } = SETTINGS;
  live.change(FAY, { alternatives: alternatives.slice(0, 1) });
  assertEquals(names(live.give(MIA, { b: { cost: 9 } })), "decision_invalid");
  live.change(FAY, { alternatives });
  assertEquals(
    live.decision.sheets.get("mia")?.scores,
    sheet([1, 2, 3, 4]),
  );
});
