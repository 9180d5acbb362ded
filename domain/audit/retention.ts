/** When what was said in a session has been kept for long enough. */

const DAY_MS = 86_400_000;

/** A closed session, as far as its end is concerned. */
export interface Ended {
  readonly channel: string;
  /** ms since 1970. */
  readonly closedAt: number;
}

/** Days of a channel, or of one subject of it, other than everybody's. */
export interface OwnDays {
  readonly channel: string;
  /** Null: the whole channel. */
  readonly subject: string | null;
  /** Null: for ever. */
  readonly days: number | null;
}

/** What has been kept for long enough. */
export interface Overdue {
  readonly channel: string;
  /** Null: the whole channel. */
  readonly subject: string | null;
  readonly days: number;
  /** Since when, ms since 1970. */
  readonly dueAt: number;
}

/**
 * What of a closed session is to go by now: all of it, or else the subjects whose own days
 * are over. A day is 24 hours.
 *
 * @param days Everybody's days after closing; null: for ever.
 * @param own Days of this channel and its subjects.
 */
export function overdueOf(
  { channel, closedAt }: Ended,
  own: readonly OwnDays[],
  { days, now }: { readonly days: number | null; readonly now: number },
): readonly Overdue[] {
  const here = own.filter((one) => one.channel === channel);
  const whole = here.find(({ subject }) => subject === null);
  const all = whole === undefined ? days : whole.days;
  const parts = [
    { subject: null, days: all },
    ...here.filter(({ subject }) => subject !== null),
  ];
  const over = parts.flatMap(({ subject, days }) => {
    if (days === null) return [];
    const dueAt = closedAt + days * DAY_MS;
    return dueAt <= now ? [{ channel, subject, days, dueAt }] : [];
  });
  return over.some(({ subject }) => subject === null)
    ? over.filter(({ subject }) => subject === null)
    : over;
}
