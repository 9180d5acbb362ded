/**
 * Ranking alternatives: by number without scripts; with them also by buttons and by dragging.
 * The same number twice means equal, none means last.
 */
import { useSignal } from "@preact/signals";
import type { TargetedPointerEvent } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";
import type { Poll } from "../domain/consensus/polls/poll.ts";
import { FieldMistake } from "./components/Field.tsx";
import {
  droppedAt,
  movedDown,
  movedUp,
  placeIn,
  type Ranking,
  rowsOf,
  withPlace,
} from "./poll_ranking.ts";

export function PollRanking(
  { poll, ranking: start, mistake }: {
    readonly poll: Poll;
    readonly ranking: Ranking;
    readonly mistake?: string;
  },
) {
  const ranking = useSignal(start);
  const says = useSignal("");
  const dragged = useSignal<string | undefined>(undefined);
  const list = useRef<HTMLOListElement>(null);
  /** A moved row loses the focus, which must come back to what was pressed. */
  const pressed = useRef<HTMLElement | undefined>(undefined);
  useLayoutEffect(() => {
    const moved = pressed.current;
    pressed.current = undefined;
    // A field that is being left changes first: the focus is on its way elsewhere.
    const back = setTimeout(() => {
      if (document.activeElement === document.body) moved?.focus();
    });
    return () => clearTimeout(back);
  }, [ranking.value]);

  const ids = poll.alternatives.map(({ id }) => id);
  const labels = new Map(poll.alternatives.map(({ id, label }) => [id, label]));
  const change = (next: Ranking, id: string, by?: HTMLElement) => {
    // A number may change while one is elsewhere already.
    pressed.current = by?.matches("input:not(:focus)") ? undefined : by;
    ranking.value = next;
    const place = placeIn(next, id);
    says.value = `${labels.get(id)}: ${
      place > 0 ? `place ${place} of ${ids.length}` : "not ranked"
    }`;
  };
  const drag = (id: string, event: TargetedPointerEvent<HTMLElement>) => {
    if (dragged.peek() !== id || !list.current) return;
    const rows = [...list.current.children];
    const index = rows.filter((row) => {
      const { top, height } = row.getBoundingClientRect();
      return event.clientY > top + height / 2;
    }).length;
    const next = droppedAt(ranking.peek(), id, index);
    if (JSON.stringify(next) !== JSON.stringify(ranking.peek())) {
      ranking.value = next;
    }
  };

  return (
    <fieldset
      class="field"
      aria-describedby={mistake ? "said-mistake ranking-hint" : "ranking-hint"}
    >
      <legend>Best first</legend>
      <p class="hint" id="ranking-hint">
        Number them from 1. The same number means equal, no number last.
      </p>
      {mistake && <FieldMistake id="said-mistake">{mistake}</FieldMistake>}
      <ol class="ranking" ref={list}>
        {rowsOf(ranking.value, ids).map((id) => {
          const place = placeIn(ranking.value, id);
          const label = labels.get(id) ?? id;
          return (
            <li
              key={id}
              class={[
                place === 0 && "unranked",
                dragged.value === id && "dragged",
              ].filter(Boolean).join(" ") || undefined}
            >
              <span
                class="grip live-only"
                aria-hidden="true"
                onPointerDown={(event) => {
                  event.currentTarget.setPointerCapture(event.pointerId);
                  dragged.value = id;
                }}
                onPointerMove={(event) => drag(id, event)}
                onPointerUp={() => dragged.value = undefined}
                onPointerCancel={() => dragged.value = undefined}
              >
                ⠿
              </span>
              <input
                class="input"
                type="number"
                name={`place.${id}`}
                min={1}
                max={ids.length}
                aria-label={`Place of ${label}`}
                value={place || ""}
                onChange={({ currentTarget }) =>
                  change(
                    withPlace(ranking.peek(), id, Number(currentTarget.value)),
                    id,
                    currentTarget,
                  )}
              />
              <span class="label">{label}</span>
              <span class="moves live-only">
                <button
                  type="button"
                  class="button small"
                  aria-label={`Move ${label} up`}
                  onClick={({ currentTarget }) =>
                    change(movedUp(ranking.peek(), id), id, currentTarget)}
                >
                  ↑
                </button>
                <button
                  type="button"
                  class="button small"
                  aria-label={`Move ${label} down`}
                  onClick={({ currentTarget }) =>
                    change(movedDown(ranking.peek(), id), id, currentTarget)}
                >
                  ↓
                </button>
              </span>
            </li>
          );
        })}
      </ol>
      <p class="visually-hidden" role="status">{says.value}</p>
    </fieldset>
  );
}
