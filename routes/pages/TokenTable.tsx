/** API tokens as rows: what for, what they may, until when. */
import type { ApiToken } from "../../domain/accounts/account.ts";
import { Button } from "../../islands/components/Button.tsx";
import { Table } from "../../islands/components/Table.tsx";
import { Time } from "../../islands/components/Time.tsx";
import type { Zone } from "../../islands/format.ts";
import type { AccountDirectory } from "../accounts/account_directory.ts";

export interface TokenTableProps {
  /** Oldest first, as they are kept. */
  readonly tokens: readonly ApiToken[];
  readonly directory: Pick<AccountDirectory, "seenAt">;
  /** Where revoking one is posted. */
  readonly action: string;
  readonly now: number;
  readonly zone: Zone;
}

export function TokenTable(
  { tokens, directory, action, now, zone }: TokenTableProps,
) {
  const alive = tokens.filter(({ expiresAt }) => expiresAt > now).toReversed();
  return (
    <Table
      label="API tokens"
      rows={alive}
      keyOf={({ id }) => id}
      columns={[
        {
          key: "name",
          head: "What for",
          kind: "name",
          cell: ({ name }) => name,
        },
        { key: "scope", head: "May", width: "s", cell: ({ scope }) => scope },
        {
          key: "used",
          head: "Last used",
          width: "m",
          wideOnly: true,
          cell: ({ id, usedAt }) => {
            const at = directory.seenAt(id, usedAt);
            return at === null
              ? <span class="muted">never</span>
              : <Time at={at} now={now} zone={zone} />;
          },
        },
        {
          key: "ends",
          head: "Ends",
          width: "m",
          cell: ({ expiresAt }) => (
            <Time
              at={expiresAt}
              now={now}
              zone={zone}
            />
          ),
        },
        {
          key: "revoke",
          head: <span class="visually-hidden">Revoke</span>,
          kind: "number",
          width: "m",
          cell: ({ id, name }) => (
            <form method="post" action={action}>
              <input type="hidden" name="tokenId" value={id} />
              <Button small type="submit">
                Revoke<span class="visually-hidden">{` ${name}`}</span>
              </Button>
            </form>
          ),
        },
      ]}
    />
  );
}
