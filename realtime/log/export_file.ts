/** Checks an export that lies on disk. */
import { isSigned } from "./checkpoint.ts";
import type { VerifiedWith } from "./export_report.ts";
import { type ExportVerification, verifyExport } from "./verify_export.ts";

/** @throws {Deno.errors.NotFound} If there is no such file. */
export async function verifyExportFile(
  path: string,
  { trustedKey }: VerifiedWith = {},
): Promise<ExportVerification> {
  const file = await Deno.open(path);
  // Read to its end or not, the stream closes the file.
  return await verifyExport(file.readable, { isSigned, trustedKey });
}
