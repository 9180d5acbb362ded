/** The views of operations, as far as the reader may see them. */
import { may } from "../../domain/access.ts";
import { Tabs } from "../../islands/components/Tabs.tsx";
import type { User } from "../../realtime/user.ts";
import { USERS_PATH } from "./users_place.ts";

const ADMIN_TABS = [
  { href: "/ops/connections", label: "Connections" },
  { href: "/ops/log", label: "Log" },
] as const;

export interface OpsTabsProps {
  readonly user: User;
  readonly current: string;
  /** People have accounts here: without them anybody takes any name. */
  readonly hasAccounts: boolean;
}

export function OpsTabs({ user, current, hasAccounts }: OpsTabsProps) {
  const isAdmin = may(user, "see_connections", { kind: "server" });
  const isHost = hasAccounts && may(user, "manage_users", { kind: "server" });
  return (
    <Tabs
      label="Operations"
      current={current}
      tabs={[
        { href: "/ops", label: "Figures" },
        ...isAdmin ? ADMIN_TABS : [],
        ...isHost ? [{ href: USERS_PATH, label: "Users" }] : [],
        { href: "/ops/cache", label: "Cache" },
      ]}
    />
  );
}
