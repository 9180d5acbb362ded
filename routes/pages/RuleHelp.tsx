/** What may stand in a rule: examples to start from, and every function. docs/rules.md says more. */

const EXAMPLES = [
  [
    'amount > 10000 && method == "cash"',
    "both hold",
  ],
  [
    'customer.country in ["IR", "KP"]',
    "one of a list",
  ],
  [
    "payments.exists(p, p.amount > 5000 && !p.approved)",
    "for some element",
  ],
  [
    "size(payments.filter(p, p.late)) >= 3",
    "how many",
  ],
  [
    "has(customer.verifiedAt) ? false : amount > 1000",
    "when a fact may be missing",
  ],
  [
    'timestamp(closedAt) - timestamp(openedAt) > duration("48h")',
    "times",
  ],
] as const;

const FUNCTIONS = [
  ["compare", "== != < <= > >= in"],
  ["join", "&& || ! and when ? then : otherwise"],
  ["go over", "all exists exists_one map filter"],
  [
    "texts",
    "contains startsWith endsWith indexOf lowerAscii upperAscii trim split join",
  ],
  ["numbers", "abs floor ceil round min max sum"],
  ["sizes", "size"],
  ["convert", "int double string bool"],
  [
    "times",
    "timestamp duration getFullYear getMonth getDate getDayOfWeek getHours",
  ],
] as const;

export function RuleHelp() {
  return (
    <div class="pad form help">
      <ul class="examples">
        {EXAMPLES.map(([text, words]) => (
          <li key={text}>
            <code>{text}</code>
            <span class="muted">{words}</span>
          </li>
        ))}
      </ul>
      <details class="details">
        <summary>Functions and operators</summary>
        <dl class="functions">
          {FUNCTIONS.map(([title, names]) => (
            <div key={title}>
              <dt>{title}</dt>
              <dd>
                <code>{names}</code>
              </dd>
            </div>
          ))}
        </dl>
      </details>
      <p class="hint">
        A missing fact makes the rule answer ERROR, never “does not fire”; ask
        with <code>has()</code>. Months and days of the week count from 0.
      </p>
    </div>
  );
}
