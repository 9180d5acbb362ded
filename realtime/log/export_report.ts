/** What the check of an export found, in words. */
import type { ExportVerification } from "./verify_export.ts";

export interface VerifiedWith {
  /** Base64 of the SPKI form of the only key to trust. @default the one in the file */
  readonly trustedKey?: string;
}

/** One line per fact; the first says how it ended. */
export function exportReport(
  name: string,
  found: ExportVerification,
  { trustedKey }: VerifiedWith = {},
): string {
  const { ok, count, erased, checkpoints, summary, publicKey } = found;
  const lines = [headline(name, found)];
  if (summary) {
    const made = new Date(summary.at);
    const when = Number.isNaN(made.getTime())
      ? "an unknown time"
      : made.toISOString();
    lines.push(`${summary.channel}, exported at ${when}`);
  }
  const without = erased > 0 ? `, ${erased} of them without their body` : "";
  lines.push(`${count} entries checked${without}`);
  if (ok && checkpoints > 0) {
    const sign = checkpoints === 1
      ? "1 checkpoint of the log signs"
      : `${checkpoints} checkpoints of the log sign`;
    lines.push(
      `${sign} for it, the last up to offset ${found.checkpointedOffset}`,
    );
  }
  if (ok && publicKey !== undefined) {
    lines.push(
      trustedKey === undefined
        ? `sealed with the key ${publicKey}; only if that is the server's, the server made this: give the key you know beside the file`
        : `sealed with the key you gave`,
    );
  }
  return lines.join("\n");
}

function headline(
  name: string,
  { ok, firstBad }: ExportVerification,
): string {
  if (ok || !firstBad) return `ok: the export ${name} verifies`;
  const { offset, line, reason } = firstBad;
  const place = offset === null ? "" : ` at offset ${offset}`;
  return `bad: ${reason}${place}, line ${line} of ${name}`;
}
