/** Bodies of the commands on decisions, as the API's document shows them. */

const ALTERNATIVES = [
  { id: "a", label: "Vendor A" },
  { id: "b", label: "Vendor B" },
];

const CRITERIA = [
  { id: "price", label: "Price", unit: "EUR", direction: "cost", weight: 0.4 },
  { id: "fit", label: "Fit", unit: "1–10", direction: "benefit", weight: 0.6 },
];

export const DECISION_EXAMPLES = {
  open_decision: [{
    title: "Vendor for the pilot",
    method: "topsis",
    alternatives: ALTERNATIVES,
    criteria: CRITERIA,
  }],
  change_decision: [{ title: "Vendor for the pilot in Vienna" }],
  set_weights: [{ weights: { price: 0.3, fit: 0.7 } }],
  give_scores: [{
    scores: { a: { price: 12_000, fit: 7 }, b: { price: 15_000, fit: 9 } },
  }],
  close_decision: [{ chosen: "b", reason: "The better fit is worth it." }],
  run_analysis: [{
    title: "Vendors by price and fit",
    method: "topsis",
    matrix: [[12_000, 7], [15_000, 9]],
    weights: [0.4, 0.6],
    directions: ["cost", "benefit"],
    alternatives: ["Vendor A", "Vendor B"],
    criteria: ["Price", "Fit"],
  }],
};
