/** What comes in about sessions, checked: the shapes that other areas use too. */
import { z } from "zod";
import { Id } from "../common_input.ts";

export const SessionId = Id;

/** Counts in votes. Up to six decimal places: what is smaller would count nothing. */
export const Weight = z.number().min(0.000001).max(10_000);
