/** Agreement: how alike people see it, by one of several measures. */
import { cohenKappa, fleissKappa } from "./kappa.ts";
import { kendallW } from "./kendall_w.ts";
import {
  type Distance,
  krippendorffAlpha,
  type Rating,
} from "./krippendorff.ts";
import { entropyAgreement, tastleWierman } from "./grade_agreement.ts";
import { interquartileRange } from "./interquartile_range.ts";
import type { Json } from "../decider.ts";

/** What a measure found. Where it says nothing, `value` is null and `details.reason` tells why. */
export interface Agreement {
  readonly value: number | null;
  readonly details: { readonly [name: string]: Json };
}

type Table = readonly (readonly number[])[];

export type AgreementInput =
  | { readonly metric: "kendall_w"; readonly data: Table }
  | { readonly metric: "fleiss_kappa"; readonly data: Table }
  | { readonly metric: "cohen_kappa"; readonly data: Table }
  | {
    readonly metric: "krippendorff_alpha";
    readonly data: readonly (readonly Rating[])[];
    readonly params: { readonly metric: Distance };
  }
  | { readonly metric: "tastle_wierman"; readonly data: readonly number[] }
  | { readonly metric: "entropy"; readonly data: readonly number[] }
  | {
    readonly metric: "iqr";
    readonly data: readonly number[];
    readonly params?: { readonly maxIqr?: number };
  };

export function agreement(input: AgreementInput): Agreement {
  switch (input.metric) {
    case "kendall_w":
      return kendallW(input.data.map((values) => ({ values, weight: 1 })));
    case "fleiss_kappa":
      return fleissKappa(input.data);
    case "cohen_kappa":
      return cohenKappa(input.data);
    case "krippendorff_alpha":
      return krippendorffAlpha(input.data, input.params.metric);
    case "tastle_wierman":
      return tastleWierman(input.data);
    case "entropy":
      return entropyAgreement(input.data);
    case "iqr":
      return interquartileRange(input.data, input.params);
  }
}
