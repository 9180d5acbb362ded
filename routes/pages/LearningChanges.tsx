/** What changed because of whom: the newest labels, what each did, and what was said with it. */
import { Panel } from "../../islands/components/Panel.tsx";
import { StatusIcon } from "../../islands/components/Badge.tsx";
import { Time } from "../../islands/components/Time.tsx";
import type { Zone } from "../../islands/format.ts";
import type { Named, ShownChange } from "./learning_list.ts";

export function LearningChanges(
  { changes, now, zone }: {
    readonly changes: readonly ShownChange[];
    readonly now: number;
    readonly zone: Zone;
  },
) {
  if (changes.length === 0) return null;
  return (
    <Panel id="changes" title="What changed, because of whom">
      <ChangeList changes={changes} now={now} zone={zone} />
    </Panel>
  );
}

export function ChangeList(
  { changes, now, zone }: {
    readonly changes: readonly ShownChange[];
    readonly now: number;
    readonly zone: Zone;
  },
) {
  return (
    <ol class="changes-said">
      {changes.map((change) => (
        <Change
          key={`${change.about.id} ${change.at} ${change.before}`}
          change={change}
          now={now}
          zone={zone}
        />
      ))}
    </ol>
  );
}

function Change(
  { change, now, zone }: {
    readonly change: ShownChange;
    readonly now: number;
    readonly zone: Zone;
  },
) {
  const { about, outcome, at, before, after, said } = change;
  const isRight = outcome === "correct";
  return (
    <li>
      <StatusIcon status={isRight ? "approved" : "rejected"} />
      <div>
        <p>
          <b>{changedBy(change)}</b> called <Name about={about} />{" "}
          {isRight ? "right" : "wrong"}
          {said?.href && (
            <>
              {" "}in <a href={said.href}>a session</a>
            </>
          )}
        </p>
        {said?.comment && <blockquote>{said.comment}</blockquote>}
      </div>
      <p class="moved">
        <span>{shift(before, after)}</span>
        <Time at={at} now={now} zone={zone} />
      </p>
    </li>
  );
}

/** Who; what is said in a session stays among those who may see it. */
export function changedBy({ said }: ShownChange): string {
  return said?.by ?? "Somebody in a session";
}

export function Name({ about: { name, href } }: { readonly about: Named }) {
  return href === undefined ? <span>{name}</span> : <a href={href}>{name}</a>;
}

function shift(before: number, after: number): string {
  return `${(before * 100).toFixed(1)} → ${(after * 100).toFixed(1)} %`;
}
