/** Whether an account is in use. */
import type { AccountStatus } from "../../domain/accounts/account.ts";
import { Badge } from "../../islands/components/Badge.tsx";

export function AccountBadge({ status }: { readonly status: AccountStatus }) {
  switch (status) {
    case "active":
      return <Badge status="open">Active</Badge>;
    case "deactivated":
      return <Badge status="closed">Deactivated</Badge>;
    default:
      return <Badge status="pending">Invited</Badge>;
  }
}
