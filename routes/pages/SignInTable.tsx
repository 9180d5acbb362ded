/** Where somebody is signed in, and ending that. */
import type { SignIn } from "../../domain/accounts/account.ts";
import { Badge } from "../../islands/components/Badge.tsx";
import { Button } from "../../islands/components/Button.tsx";
import { Table } from "../../islands/components/Table.tsx";
import { Time } from "../../islands/components/Time.tsx";
import type { Zone } from "../../islands/format.ts";
import type { AccountDirectory } from "../accounts/account_directory.ts";

export interface SignInTableProps {
  /** Oldest first, as they are kept. */
  readonly signIns: readonly SignIn[];
  readonly directory: Pick<AccountDirectory, "seenAt">;
  /** The reader's own, when it is among them. */
  readonly current: string | undefined;
  /** Where ending one is posted. */
  readonly action: string;
  readonly now: number;
  readonly zone: Zone;
}

export function SignInTable(
  { signIns, directory, current, action, now, zone }: SignInTableProps,
) {
  const alive = signIns.filter(({ expiresAt }) => expiresAt > now).toReversed();
  return (
    <Table
      label="Sign-ins"
      rows={alive}
      keyOf={({ id }) => id}
      columns={[
        {
          key: "agent",
          head: "Browser",
          kind: "name",
          cell: ({ id, agent }) => (
            <span class="account-row">
              {agent || "Unknown"}
              {id === current && <Badge status="open">This one</Badge>}
            </span>
          ),
        },
        {
          key: "at",
          head: "Signed in",
          width: "l",
          wideOnly: true,
          cell: ({ at }) => <Time at={at} now={now} zone={zone} />,
        },
        {
          key: "seen",
          head: "Last seen",
          width: "l",
          cell: ({ id, seenAt }) => (
            <Time
              at={directory.seenAt(id, seenAt) ?? seenAt}
              now={now}
              zone={zone}
            />
          ),
        },
        {
          key: "end",
          head: <span class="visually-hidden">End it</span>,
          kind: "number",
          width: "m",
          cell: ({ id, agent }) => (
            <form method="post" action={action}>
              <input type="hidden" name="signInId" value={id} />
              <Button small type="submit">
                End<span class="visually-hidden">
                  {` the sign-in of ${agent || "an unknown browser"}`}
                </span>
              </Button>
            </form>
          ),
        },
      ]}
    />
  );
}
