/** What kinds of jobs are called where people read of them. */

const NAMES: Readonly<Record<string, string>> = {
  "audit.export": "Audit export",
  "decisions.batch": "Decision analyses",
  "decisions.smaa": "SMAA",
  "demo.load": "Demo",
  "rules.backtest": "Backtest",
  "rules.batch": "Rule evaluations",
};

/** Begins a sentence. A kind of another build is called by its type. */
export function jobKindName(type: string | null | undefined): string {
  if (!type) return "Job";
  return Object.hasOwn(NAMES, type) ? NAMES[type] : type;
}
