/** Checks an export that lies on disk, and says what was found in words. */
import { isSigned } from "./checkpoint.ts";
import { type ExportVerification, verifyExport } from "./verify_export.ts";

export interface ExportFileOptions {
  /** Base64 of the SPKI form of the only key to trust. @default the one in the file */
  readonly trustedKey?: string;
}

/** @throws {Deno.errors.NotFound} If there is no such file. */
export async function verifyExportFile(
  path: string,
  { trustedKey }: ExportFileOptions = {},
): Promise<ExportVerification> {
  const file = await Deno.open(path);
  // Read to its end or not, the stream closes the file.
  return await verifyExport(file.readable, { isSigned, trustedKey });
}

/** One line per fact; the first says how it ended. */
export function exportReport(
  path: string,
  found: ExportVerification,
  { trustedKey }: ExportFileOptions = {},
): string {
  const { ok, count, erased, checkpoints, summary, publicKey } = found;
  const lines = [headline(path, found)];
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
    lines.push(
      `${checkpoints} checkpoints of the log sign for it, the last up to offset ${found.checkpointedOffset}`,
    );
  }
  if (ok && publicKey !== undefined) {
    lines.push(
      trustedKey === undefined
        ? `sealed with the key ${publicKey}; only if that is the server's, the server made this: give the key you know as second argument`
        : `sealed with the key you gave`,
    );
  }
  return lines.join("\n");
}

function headline(
  path: string,
  { ok, firstBad }: ExportVerification,
): string {
  if (ok || !firstBad) return `ok: the export ${path} verifies`;
  const { offset, line, reason } = firstBad;
  const place = offset === null ? "" : ` at offset ${offset}`;
  return `bad: ${reason}${place}, line ${line} of ${path}`;
}
