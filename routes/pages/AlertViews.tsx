/** The views of the list that a reader keeps: each a link, and a form that keeps what is shown now. */
import {
  type AlertChoice,
  isSameChoice,
} from "../../domain/alerts/alert_choice.ts";
import {
  MAX_SAVED_VIEWS,
  type SavedView,
  type SavedViews,
} from "../../domain/alerts/saved_views.ts";
import { addressOf } from "../../islands/alert_model.ts";
import { Button } from "../../islands/components/Button.tsx";
import { choiceFields } from "./alert_place.ts";

export interface AlertViewsProps {
  readonly views: SavedViews;
  readonly choice: AlertChoice;
  readonly messageId: string;
}

export function AlertViews({ views, choice, messageId }: AlertViewsProps) {
  const current = views.find((one) => isSameChoice(one.choice, choice));
  return (
    <div class="alert-views">
      {views.length > 0 && (
        <nav class="segments" aria-label="Saved views">
          {views.map((view) => (
            <a
              key={view.viewId}
              href={addressOf(view.choice)}
              aria-current={view === current ? "true" : undefined}
            >
              {view.name}
              {view.isDefault && (
                <span class="visually-hidden">(shown at first)</span>
              )}
            </a>
          ))}
        </nav>
      )}
      {current
        ? <Current view={current} choice={choice} messageId={messageId} />
        : views.length < MAX_SAVED_VIEWS && (
          <Save choice={choice} messageId={messageId} />
        )}
    </div>
  );
}

/** The view that is shown: whether the list begins with it, and how to be rid of it. */
function Current(
  { view, choice, messageId }: {
    readonly view: SavedView;
    readonly choice: AlertChoice;
    readonly messageId: string;
  },
) {
  const { name, viewId, isDefault } = view;
  return (
    <form method="post" action="/alerts/views" class="alert-views-current">
      <Kept choice={choice} messageId={messageId} />
      <input type="hidden" name="name" value={name} />
      <Button
        small
        type="submit"
        name="isDefault"
        value={isDefault ? "no" : "yes"}
      >
        {isDefault ? "Do not show at first" : "Show at first"}
      </Button>
      <Button small type="submit" name="remove" value={viewId}>
        Remove
        <span class="visually-hidden">the view {name}</span>
      </Button>
    </form>
  );
}

function Save({ choice, messageId }: Omit<AlertViewsProps, "views">) {
  return (
    <details class="alert-views-save">
      <summary>Save this view</summary>
      <form method="post" action="/alerts/views" autocomplete="off">
        <Kept choice={choice} messageId={messageId} />
        <label for="view-name">Name</label>
        <input
          id="view-name"
          name="name"
          class="input"
          required
          maxLength={60}
          placeholder="Mine, critical and high"
        />
        <label class="alert-views-first">
          <input type="checkbox" name="isDefault" value="yes" />
          <span>Show at first</span>
        </label>
        <Button small kind="primary" type="submit">Save</Button>
      </form>
    </details>
  );
}

function Kept({ choice, messageId }: Omit<AlertViewsProps, "views">) {
  return (
    <>
      <input type="hidden" name="messageId" value={`${messageId}.view`} />
      {choiceFields(choice).map(([name, value]) => (
        <input key={name} type="hidden" name={name} value={value} />
      ))}
    </>
  );
}
