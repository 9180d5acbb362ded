/** Under a result: checking one's own ballot, and counting everything again in this browser. */
import { useSignal } from "@preact/signals";
import type { Poll } from "../domain/consensus/polls/poll.ts";
import { Button } from "./components/Button.tsx";
import type { PollsModel } from "./poll_model.ts";
import type { Checked } from "./poll_proof.ts";
import { keptReceipt } from "./poll_receipts.ts";

const UNREADABLE = {
  ok: false,
  says: "The record cannot be read just now. Try again.",
} as const;

export function PollProof(
  { polls, poll }: { readonly polls: PollsModel; readonly poll: Poll },
) {
  const { room } = polls;
  const checked = useSignal<Checked | undefined>(undefined);
  const busy = useSignal(false);
  const { channel } = room.position.value;
  const own = polls.own.value;

  const run = async (what: "ballot" | "recount") => {
    if (busy.peek()) return;
    busy.value = true;
    checked.value = undefined;
    try {
      // Few check, so what checks comes with the first wish.
      const { checkBallot, recountHere } = await import("./poll_proof.ts");
      checked.value = what === "recount"
        ? await recountHere(poll, channel)
        : await checkBallot(poll, {
          channel,
          userId: room.reader.userId,
          kept: keptReceipt(room.reader.userId, poll.pollId) ?? own,
        });
    } catch {
      checked.value = UNREADABLE;
    } finally {
      busy.value = false;
    }
  };

  return (
    <footer class="proof">
      <div class="live-only">
        <div class="actions">
          {own && (
            <Button
              small
              aria-disabled={busy.value}
              onClick={() => void run("ballot")}
            >
              Check my ballot
            </Button>
          )}
          <Button
            small
            aria-disabled={busy.value}
            onClick={() => void run("recount")}
          >
            Recount
          </Button>
        </div>
      </div>
      <a
        class="plain-only"
        href={`/api/v1/sessions/${poll.sessionId}/polls/${poll.pollId}/recount`}
      >
        Recount by the server
      </a>
      <div role="status">
        {busy.value && <p class="muted">Reading the record…</p>}
        {checked.value && (
          <p class={checked.value.ok ? "proven" : "disproven"}>
            {checked.value.says}
          </p>
        )}
      </div>
    </footer>
  );
}
