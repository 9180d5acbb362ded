/** What a transaction has to read before commits can be applied: found from the commits alone. */
import type { Erasure } from "./erasure.ts";
import { HOLDS_VIEW } from "./log.ts";
import type { PackedCommit } from "./packed.ts";
import { keyOf } from "./postgres_tables.ts";

/** One transaction's work: a batch of commits, or one erasure. */
export type Work =
  | { readonly do: "commit"; readonly commits: readonly PackedCommit[] }
  | { readonly do: "erase"; readonly erasure: Erasure };

/** Each once, in no order. */
export interface Wants {
  readonly channels: readonly string[];
  readonly subjects: readonly {
    readonly channel: string;
    readonly subject: string;
  }[];
  readonly senders: readonly string[];
  readonly messages: readonly {
    readonly sender: string;
    readonly scope: string;
    readonly id: string;
  }[];
  /** Those that must not be there, or whose being there decides. */
  readonly rows: readonly { readonly view: string; readonly key: string }[];
  readonly records?: {
    readonly channel: string;
    readonly offsets: readonly number[];
  };
}

export function wantsOf(work: Work): Wants {
  if (work.do === "commit") return wantsOfCommits(work.commits);
  const { channel, offsets, sender, expected, writes } = work.erasure;
  const [subject] = expected;
  return {
    channels: [...new Set([channel, ...writes.map(([name]) => name)])],
    subjects: subject === null ? [] : [{ channel, subject }],
    senders: [sender],
    messages: [],
    rows: [{ view: HOLDS_VIEW, key: channel }],
    records: { channel, offsets },
  };
}

function wantsOfCommits(commits: readonly PackedCommit[]): Wants {
  const channels = new Set<string>();
  const subjects = new Map<string, { channel: string; subject: string }>();
  const senders = new Set<string>();
  const messages = new Map<
    string,
    { sender: string; scope: string; id: string }
  >();
  const keys = new Map<string, { view: string; key: string }>();
  for (const [sender, id, scope, , , writes, rows] of commits) {
    senders.add(sender);
    if (id !== null) {
      messages.set(keyOf(sender, scope, id), { sender, scope, id });
    }
    for (const [channel, subject] of writes) {
      channels.add(channel);
      if (subject === null) continue;
      subjects.set(keyOf(channel, subject), { channel, subject });
    }
    for (const [view, key, , , unique] of rows) {
      if (unique) keys.set(keyOf(view, key), { view, key });
    }
  }
  return {
    channels: [...channels],
    subjects: [...subjects.values()],
    senders: [...senders],
    messages: [...messages.values()],
    rows: [...keys.values()],
  };
}
