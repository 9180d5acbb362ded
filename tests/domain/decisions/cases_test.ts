/** Every reference case of tests/support/cases/mcda.json, by the calculation it is about. */
import { analyze } from "../../../domain/decisions/analyze.ts";
import { AnalyzeBody } from "../../../domain/decisions/decision_input.ts";
import { switchDetails } from "../../../domain/decisions/sensitivity.ts";
import { SensitivityBody } from "../../../domain/decisions/sensitivity_input.ts";
import { acceptability } from "../../../domain/decisions/smaa.ts";
import { weigh } from "../../../domain/decisions/weigh.ts";
import { WeighBody } from "../../../domain/decisions/weigh_input.ts";
import { assertClose } from "./close.ts";
import { CASES, flat, type ReferenceCase } from "./reference_cases.ts";

for (const one of CASES) {
  Deno.test(`[D1] reference case ${one.id}`, () => {
    const actual = flat(answer(one));
    for (const [name, value] of Object.entries(one.expected)) {
      assertClose(actual[name], value, one.tolerance, name);
    }
  });
}

function answer({ call, body }: ReferenceCase) {
  if (call === "analyze") return { ...analyze(AnalyzeBody.parse(body)) };
  if (call === "weights") return { ...weigh(WeighBody.parse(body)) };
  const parsed = SensitivityBody.parse(body);
  if (parsed.kind === "switch") {
    return { details: { ...switchDetails({ ...parsed, ...parsed.params }) } };
  }
  const details = acceptability({ ...parsed, ...parsed.params });
  return { details: { ...details } };
}
