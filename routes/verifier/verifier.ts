/** The script of the verifier page: checks the file one chooses, and sends it nowhere. */
import { exportReport } from "../../realtime/log/export_report.ts";
import { verifyExport } from "../../realtime/log/verify_export.ts";
import { isSigned } from "./signature.ts";

const file = inputBy("file");
const key = inputBy("key");
const result = document.querySelector("output");
/** The check that was started last: an older one must not answer after it. */
let latest = 0;

file.addEventListener("change", check);
key.addEventListener("change", check);

async function check(): Promise<void> {
  const chosen = file.files?.[0];
  if (!chosen || !result) return;
  const mine = ++latest;
  show("checking", `Checking ${chosen.name} …`);
  const trustedKey = key.value.trim() || undefined;
  try {
    const pieces = piecesOf(chosen.stream());
    const found = await verifyExport(pieces, { isSigned, trustedKey });
    if (mine !== latest) return;
    const text = exportReport(chosen.name, found, { trustedKey });
    show(found.ok ? "ok" : "bad", text);
  } catch (error) {
    if (mine !== latest) return;
    const why = error instanceof Error ? error.message : String(error);
    show(
      "bad",
      `This browser cannot check it (${why}); use a newer one, or: deno task verify FILE`,
    );
  }
}

/** Not every browser lets a stream be walked through. */
async function* piecesOf(
  stream: ReadableStream<Uint8Array>,
): AsyncGenerator<Uint8Array> {
  const reader = stream.getReader();
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      yield value;
    }
  } finally {
    await reader.cancel();
  }
}

function show(state: "checking" | "ok" | "bad", text: string): void {
  if (!result) return;
  result.dataset.state = state;
  result.textContent = text;
}

function inputBy(id: string): HTMLInputElement {
  const found = document.getElementById(id);
  if (found instanceof HTMLInputElement) return found;
  throw new Error(`Cannot find the input ${id}`);
}
