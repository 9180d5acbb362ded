/** `decisions.smaa`: how often each alternative takes each rank when nothing is known of the weights. */
import { z } from "zod";
import { SmaaBody } from "../../../domain/decisions/sensitivity_input.ts";
import { isRecord } from "../../json_body.ts";
import type { JobKind } from "../job_kind.ts";

/** What sensitivity is asked of, where which kind of it need not be said. */
const Input = z.preprocess(
  (input) => isRecord(input) ? { ...input, kind: "smaa" } : input,
  SmaaBody,
);

export const decisionsSmaa: JobKind = {
  type: "decisions.smaa",
  summary: "{method?, matrix, directions, params {samples?, seed?}}",
  input: Input,
  role: "member",
  modes: ["async", "sync", "batch"],
  isPure: true,
  run: (input, { compute }) => {
    const { method, matrix, directions, params } = Input.parse(input);
    const { samples, seed, ...rest } = params ?? {};
    const task = { method, matrix, directions, params: rest, samples, seed };
    return compute({ do: "smaa", input: task });
  },
};
