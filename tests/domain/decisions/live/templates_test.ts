/** Templates: each can be opened as it is, adds up, and gets an analysis from any sheet. */
import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { decisionJson } from "../../../../domain/decisions/live/decision_json.ts";
import { idsFrom } from "../../../../domain/decisions/live/ids.ts";
import { OpenDecision } from "../../../../domain/decisions/live/live_input.ts";
import {
  DECISION_TEMPLATES,
  templateOf,
} from "../../../../domain/decisions/live/templates.ts";
import { filled, MIA, opened, SETTINGS } from "./fixture.ts";

for (const template of DECISION_TEMPLATES) {
  const { id, title, description, method, blind } = template;
  const ids = idsFrom(template.criteria.map(({ label }) => label), "c");
  const criteria = template.criteria.map(({ help: _, ...one }, j) => ({
    ...one,
    id: ids[j],
  }));
  const alternatives = idsFrom(template.alternatives, "a").map((id, i) => ({
    id,
    label: template.alternatives[i],
  }));

  Deno.test(`[D22] ${id} can be opened as it is`, () => {
    const body = { title, description, method, blind, alternatives, criteria };
    const parsed = OpenDecision.safeParse({ ...body, template: id });
    assertEquals(parsed.error?.issues, undefined);
  });

  Deno.test(`[D22] the weights of ${id} add up to 100, every criterion says how to score it`, () => {
    const sum = template.criteria.reduce((sum, { weight }) => sum + weight, 0);
    assertEquals(sum, 100);
    assert(template.criteria.every(({ help, unit }) => help && unit));
  });

  Deno.test(`[D22] ${id} ranks whatever its scale allows, 0 included`, () => {
    const settings = { ...SETTINGS, method, alternatives, criteria };
    fc.assert(fc.property(fc.array(fc.nat(10), { minLength: 20 }), (scores) => {
      const live = opened(settings);
      const value = (i: number, j: number) => scores[i * criteria.length + j];
      live.give(MIA, filled(settings, (i, j) => value(i, j) ?? 0));
      assertEquals(decisionJson(live.decision).state, "ready");
    }));
  });
}

Deno.test("[D22] a template is found by its id, and nothing by another", () => {
  assertEquals(templateOf("vendor-selection")?.name, "Vendor selection");
  assertEquals(templateOf("constructor"), undefined);
});
