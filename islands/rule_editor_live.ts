/** Makes the editor live: checks what is written soon after, and hears when another saves. */
import { effect } from "@preact/signals";
import { monotonicClock } from "../realtime/client/browser_socket.ts";
import type { RealtimeClient } from "../realtime/client/client.ts";
import type { Clock } from "../realtime/client/link.ts";
import { stringOf } from "../realtime/client/wire.ts";
import { checkFields } from "./rule_calls.ts";
import type { RuleEditorModel } from "./rule_editor_model.ts";

/** A check follows the last key after this long. */
const CHECK_AFTER_MS = 250;

export interface EditorLiveOptions {
  readonly client: Pick<RealtimeClient, "on" | "subscribe" | "unsubscribe">;
  /** @default the browser's */
  readonly clock?: Clock;
  /** @default asks the server */
  readonly check?: typeof checkFields;
}

/** Hands back the stop. */
export function goLive(
  editor: RuleEditorModel,
  { client, clock = monotonicClock, check = checkFields }: EditorLiveOptions,
): () => void {
  editor.isLive.value = true;
  let aborter = new AbortController();
  let first = true;
  const stopChecks = effect(() => {
    const fields = editor.fields.value;
    if (first) {
      first = false;
      return;
    }
    aborter.abort();
    aborter = new AbortController();
    const { signal } = aborter;
    editor.check.value = "checking";
    return clock.after(CHECK_AFTER_MS, () => {
      check(fields, signal).then(({ mistakes }) => {
        if (signal.aborted) return;
        editor.mistakes.value = mistakes;
        editor.check.value = "checked";
      }, () => {
        if (!signal.aborted) editor.check.value = "unreachable";
      });
    });
  });
  const { ruleId, userId } = editor.state;
  client.subscribe("rules");
  const stopRules = client.on("RULE_EVALUATION_RESULT", ({ payload }) => {
    const { event, ruleId: about, userId: by, name } = payload;
    if (about !== ruleId || by === userId || event !== "rule_drafted") return;
    editor.overtaken.value = stringOf(name) ?? "Somebody";
  });
  return () => {
    stopRules();
    stopChecks();
    aborter.abort();
    client.unsubscribe("rules");
  };
}
