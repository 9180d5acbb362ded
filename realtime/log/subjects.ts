/** Subjects as they are read out of a store, beside a running server or without. */

/** One entry, as far as a fold needs it. */
export interface SubjectEntry {
  readonly offset: number;
  readonly at: number;
  /** Null once that person was erased. */
  readonly sender: string | null;
  readonly type: string;
  readonly v: number;
  /** Null when it was erased. */
  readonly bodyText: string | null;
}

/** All entries of one subject, in their order. */
export interface Subject {
  readonly channel: string;
  readonly subject: string;
  readonly entries: readonly SubjectEntry[];
}

export interface Prefixes {
  /** What the names of channels begin with. */
  readonly channel: string;
  /** What the names of subjects begin with. */
  readonly subject: string;
}

export interface PlacedEntry extends SubjectEntry {
  readonly channel: string;
  readonly subject: string;
}

/** @param entries In the order of channels, subjects and offsets. */
export async function* subjectsOf(
  entries: Iterable<PlacedEntry> | AsyncIterable<PlacedEntry>,
): AsyncGenerator<Subject> {
  let current: { channel: string; subject: string; entries: SubjectEntry[] } = {
    channel: "",
    subject: "",
    entries: [],
  };
  for await (const { channel, subject, ...entry } of entries) {
    if (channel !== current.channel || subject !== current.subject) {
      if (current.entries.length > 0) yield current;
      current = { channel, subject, entries: [] };
    }
    current.entries.push(entry);
  }
  if (current.entries.length > 0) yield current;
}
