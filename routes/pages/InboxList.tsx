/** The notifications of one page of the inbox, each with what can be done about it. */
import { formatTime, isoTime } from "../../islands/format.ts";
import { Badge } from "../../islands/components/Badge.tsx";
import { Icon } from "../../islands/icon.tsx";
import { SEVERITY_LOOKS } from "../../islands/severity.ts";
import type { InboxItem } from "../inbox.ts";

/** What the forms carry along, so that one comes back to where one was. */
export interface InboxPlace {
  readonly show: "all" | "unread";
  readonly cursor: string | undefined;
}

export function InboxList(
  { items, place, now }: {
    readonly items: readonly InboxItem[];
    readonly place: InboxPlace;
    readonly now: number;
  },
) {
  return (
    <ol class="inbox">
      {items.map((item) => (
        <Item key={item.key} item={item} place={place} now={now} />
      ))}
    </ol>
  );
}

function Item(
  { item, place, now }: {
    readonly item: InboxItem;
    readonly place: InboxPlace;
    readonly now: number;
  },
) {
  const { severity, title, body, href, at, unread } = item;
  const { icon, word } = SEVERITY_LOOKS[severity];
  const headingId = `n-${item.key}`;
  return (
    <li data-unread={unread ? "" : undefined} aria-labelledby={headingId}>
      <Icon name={icon} tone={`severity ${severity}`} />
      <div class="what">
        <p class="line">
          <a href={href} id={headingId}>{title}</a>
          <span class="muted">{word}</span>
          {unread && <Badge status="unread" />}
        </p>
        {body !== "" && <p class="said">{body}</p>}
      </div>
      <div class="when">
        <time dateTime={isoTime(at)}>{formatTime(at, now, "UTC")}</time>
        {unread
          ? (
            <form method="post" action="/inbox">
              <Place place={place} />
              <input type="hidden" name="channel" value={item.channel} />
              <input type="hidden" name="offset" value={item.offset} />
              <button
                class="button small"
                type="submit"
                aria-label={`Acknowledge: ${title}`}
              >
                Acknowledge
              </button>
            </form>
          )
          : <span class="muted">{seenOf(item, now)}</span>}
      </div>
    </li>
  );
}

export function Place({ place }: { readonly place: InboxPlace }) {
  return (
    <>
      <input type="hidden" name="show" value={place.show} />
      {place.cursor !== undefined && (
        <input type="hidden" name="cursor" value={place.cursor} />
      )}
    </>
  );
}

function seenOf({ acknowledged }: InboxItem, now: number): string {
  return acknowledged === null
    ? "Past"
    : `Acknowledged ${formatTime(acknowledged, now, "UTC")}`;
}
