/** The page of alerts around its list: views, filters, what there is when there is none, pages. */
import { AlertTriage, ISLAND } from "../../islands/AlertTriage.tsx";
import type { AlertChoice } from "../../domain/alerts/alert_choice.ts";
import type { SavedViews } from "../../domain/alerts/saved_views.ts";
import {
  addressOf,
  type AlertPageState,
  createAlerts,
} from "../../islands/alert_model.ts";
import { Banner } from "../../islands/components/Banner.tsx";
import { ButtonLink } from "../../islands/components/Button.tsx";
import { EmptyState } from "../../islands/components/EmptyState.tsx";
import { count } from "../../islands/format.ts";
import { AlertFilters, SHOW_WORDS } from "./AlertFilters.tsx";
import type { AlertList } from "./alert_list.ts";
import { choiceFields } from "./alert_place.ts";
import { AlertViews } from "./AlertViews.tsx";
import { Main } from "./layout.tsx";

/** Alerts on one page. */
export const PER_PAGE = 50;

export interface AlertsBodyProps {
  readonly list: AlertList;
  readonly state: AlertPageState;
  readonly views: SavedViews;
  /** What was sent and could not be done. */
  readonly message: string | undefined;
}

export function AlertsBody({ list, state, views, message }: AlertsBodyProps) {
  const { choice, page, messageId, opened, rows } = state;
  return (
    <Main>
      <div class="intro">
        <h1>Alerts</h1>
        <div class="end">
          <ButtonLink href="/alerts/sample">Review sample</ButtonLink>
        </div>
      </div>
      <AlertViews views={views} choice={choice} messageId={messageId} />
      <div
        id="alert-filter"
        class="finder"
        data-island="LivePart"
        data-types="ALERT"
      >
        <AlertFilters list={list} choice={choice} />
      </div>
      {message && <Banner kind="bad">{message}</Banner>}
      <section class="panel" aria-labelledby="alerts-title">
        <h2 id="alerts-title" class="visually-hidden">
          {SHOW_WORDS[choice.show]}, the most urgent first
        </h2>
        {rows.length === 0 && <Nothing list={list} choice={choice} />}
        <form
          method="post"
          action="/alerts"
          class={rows.length === 0 ? "triage none" : "triage"}
        >
          <input type="hidden" name="messageId" value={messageId} />
          {choiceFields(choice).map(([name, value]) => (
            <input key={name} type="hidden" name={name} value={value} />
          ))}
          {page > 1 && <input type="hidden" name="page" value={String(page)} />}
          {opened && <input type="hidden" name="open" value={opened.alertId} />}
          <div data-island={ISLAND}>
            <AlertTriage model={createAlerts(state)} />
          </div>
        </form>
        <footer class="foot">
          <span>
            {list.found > 0 && count(list.found, "alert", "alerts")}
          </span>
          <Pager found={list.found} page={page} choice={choice} />
        </footer>
      </section>
    </Main>
  );
}

function Nothing(
  { list: { counts }, choice }: {
    readonly list: AlertList;
    readonly choice: AlertChoice;
  },
) {
  const { show, severities, since } = choice;
  const isFiltered = show !== "active" || severities.length > 0 ||
    since !== undefined;
  if (isFiltered && counts.active > 0) {
    return (
      <EmptyState
        title="No alert fits"
        text="None is in this state, of this severity and this new just now."
        action={
          <ButtonLink href="/alerts?show=active">Show all active</ButtonLink>
        }
      />
    );
  }
  return (
    <EmptyState
      title="No alerts"
      text={
        <>
          Nothing asks for attention. Systems raise alerts over{" "}
          <code>POST /api/v1/alerts</code>{" "}
          or a signed webhook; they appear here at once.
        </>
      }
      action={show !== "resolved" && (
        <ButtonLink href="/alerts?show=resolved">Show resolved</ButtonLink>
      )}
    />
  );
}

function Pager(
  { found, page, choice }: {
    readonly found: number;
    readonly page: number;
    readonly choice: AlertChoice;
  },
) {
  const last = Math.ceil(found / PER_PAGE);
  if (last <= 1 && page === 1) return null;
  return (
    <nav class="pager" aria-label="Pages of the list">
      {page > 1 && (
        <ButtonLink rel="prev" href={addressOf(choice, { page: page - 1 })}>
          Back
        </ButtonLink>
      )}
      {page < last && (
        <ButtonLink rel="next" href={addressOf(choice, { page: page + 1 })}>
          Further
        </ButtonLink>
      )}
    </nav>
  );
}
