/** && and ||, whose operands may fail: what decides the outcome outweighs an error beside it. */
import { CelFault, fail } from "./cel_fault.ts";
import type { Code } from "./cel_run.ts";
import { kindName } from "./cel_values.ts";

/**
 * CEL's logic: `false && error` and `error && false` are false, `true || error` and
 * `error || true` are true. What takes too long is never outweighed.
 */
export function compileLogic(
  op: "and" | "or",
  operands: readonly Code[],
): Code {
  const deciding = op === "or";
  const sign = op === "and" ? "&&" : "||";
  return (run) => {
    let failed: CelFault | undefined;
    for (let index = 0; index < operands.length; index++) {
      try {
        const value = operands[index](run);
        if (value === deciding) return deciding;
        if (typeof value !== "boolean") {
          fail(`${sign} takes booleans, got ${kindName(value)}`);
        }
      } catch (fault) {
        if (!(fault instanceof CelFault) || fault.kind === "TIMEOUT") {
          throw fault;
        }
        failed ??= fault;
      }
    }
    if (failed !== undefined) throw failed;
    return !deciding;
  };
}

/** @throws {CelFault} Unless it is a boolean. */
export function demandBoolean(value: unknown, what: string): boolean {
  if (typeof value === "boolean") return value;
  return fail(`${what} takes a boolean, got ${kindName(value)}`);
}
