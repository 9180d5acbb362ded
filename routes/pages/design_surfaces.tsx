/** Tables, banners, dialogs and empty states. */
import { Badge } from "../../islands/components/Badge.tsx";
import { Banner } from "../../islands/components/Banner.tsx";
import { Button } from "../../islands/components/Button.tsx";
import {
  CloseDialog,
  Dialog,
  OpenDialog,
} from "../../islands/components/Dialog.tsx";
import { EmptyState } from "../../islands/components/EmptyState.tsx";
import type { StatusName } from "../../islands/components/status.ts";
import { type Column, Table } from "../../islands/components/Table.tsx";
import { Sample, type ShowcaseProps } from "./design_sample.tsx";

interface Row {
  readonly alternative: string;
  readonly status: StatusName;
  readonly risk: number;
  readonly weeks: string;
}

const ROWS: readonly Row[] = [
  { alternative: "Monitoring", status: "approved", risk: 7.5, weeks: "6 wk" },
  { alternative: "Approve", status: "split", risk: 4, weeks: "2 wk" },
  { alternative: "Decline", status: "pending", risk: 9, weeks: "–" },
];

const COLUMNS: readonly Column<Row>[] = [
  {
    key: "alternative",
    head: "Alternative",
    kind: "name",
    cell: ({ alternative }) => alternative,
  },
  {
    key: "status",
    head: "Status",
    width: "m",
    cell: ({ status }) => <Badge status={status} />,
  },
  {
    key: "risk",
    head: "Risk",
    kind: "number",
    width: "s",
    cell: ({ risk }) => risk.toFixed(1),
  },
  {
    key: "weeks",
    head: "Time",
    kind: "number",
    width: "s",
    wideOnly: true,
    cell: ({ weeks }) => weeks,
  },
];

export function Surfaces({ theme }: ShowcaseProps) {
  const dialog = `dialog-${theme}`;
  return (
    <>
      <Sample name="Table: names, statuses, figures at the end">
        <Table
          label={`Alternatives by criterion, ${theme}`}
          rows={ROWS}
          columns={COLUMNS}
          keyOf={({ alternative }) => alternative}
        />
      </Sample>
      <Sample name="Banner: info, done, warning, refused, state of the page">
        <div class="form">
          <Banner kind="info">Rule AML-204 runs in shadow until Monday.</Banner>
          <Banner kind="ok">The record verifies: 214 entries.</Banner>
          <Banner kind="warn">Anyone can take any name here.</Banner>
          <Banner kind="bad" alert={false}>
            Cannot leave a session without a facilitator
          </Banner>
          <Banner kind="state" action={<Button small>Back to now</Button>}>
            Replay: the session as it was at entry 12.
          </Banner>
        </div>
      </Sample>
      <Sample name="Dialog: opens without scripts">
        <div class="row">
          <OpenDialog dialog={dialog}>Close session…</OpenDialog>
        </div>
        <Dialog id={dialog} title="Close this session?">
          <p>Nobody can write or join after this.</p>
          <div class="actions">
            <CloseDialog dialog={dialog} kind="danger">
              Close for good
            </CloseDialog>
            <CloseDialog dialog={dialog}>Keep it open</CloseDialog>
          </div>
        </Dialog>
      </Sample>
      <Sample name="Empty state: why, and what to do">
        <EmptyState
          title="Nothing waits for you"
          text="You take part in no open session. Join one, or ask its facilitator to add you."
          action={<Button>See the sessions</Button>}
        />
      </Sample>
    </>
  );
}
