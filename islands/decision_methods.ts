/** What each method does, in a sentence: said where one is chosen. */
import type { Method } from "../domain/decisions/methods.ts";

export const METHOD_HELP: Readonly<Record<Method, string>> = {
  wsm: "Adds up weight times value: a strength makes up for a weakness.",
  wpm: "Multiplies values: being bad at one thing costs more than in a sum.",
  waspas: "Halfway between the weighted sum and the weighted product.",
  topsis: "Near the best of everything and far from the worst of everything.",
  vikor:
    "A compromise: good for most, and nobody's greatest regret. Lower is better.",
  promethee2: "Compares in pairs: how far each is preferred to all others.",
  electre1:
    "Who outranks whom: enough criteria for it, none strongly against it.",
  electre2: "Outranking, strong and weak, made into an order.",
  copras: "Benefits and costs apart, each in proportion.",
  aras: "The share of what an ideal alternative would reach.",
  moora: "Benefits less costs, each as a share of its column's length.",
  edas: "How far above and below the average.",
  mabac: "How far above or below the border that separates good from bad.",
  spotis: "The distance from the ideal within fixed bounds. Lower is better.",
};

/** How values are made comparable before they are weighed; each method has its own way too. */
export const NORMALIZATION_WORDS: Readonly<Record<string, string>> = {
  "": "As the method does by itself",
  none: "Not at all: values as given",
  minmax: "From worst 0 to best 1",
  max: "As a share of the best",
  sum: "As a share of the sum",
  vector: "By the column's length",
};
