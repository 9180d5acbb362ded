/** The people of the demo: users like any other, whose names and ids say that nobody is behind them. */
import type { RoleName } from "../../domain/decider.ts";
import type { User } from "../../realtime/user.ts";

export interface DemoPerson {
  /** Begins with `demo-`, as every id of the demo does. */
  readonly userId: string;
  /** Ends with "(demo)": it stands wherever they act. */
  readonly name: string;
  readonly role: RoleName;
}

/** Two facilitators, because a rule is published by another than its author. */
export const DEMO_PEOPLE = {
  mara: person("mara", "Mara Voss", "facilitator"),
  tomas: person("tomas", "Tomas Lind", "facilitator"),
  aisha: person("aisha", "Aisha Karim", "member"),
  jonas: person("jonas", "Jonas Weber", "member"),
  priya: person("priya", "Priya Nair", "member"),
  /** What raises alerts by itself in a bank. */
  monitoring: person("monitoring", "Transaction monitoring", "member"),
} as const satisfies Readonly<Record<string, DemoPerson>>;

/** Stands at every alert of the demo: an alert has no other place to say what it is. */
export const DEMO_SOURCE = DEMO_PEOPLE.monitoring.name;

export type DemoPersonName = keyof typeof DEMO_PEOPLE;

/** As commands take whoever acts. */
export function demoUser(name: DemoPersonName): User {
  const { userId, role, name: shown } = DEMO_PEOPLE[name];
  return { userId, name: shown, roles: [role] };
}

function person(id: string, name: string, role: RoleName): DemoPerson {
  return { userId: `demo-${id}`, name: `${name} (demo)`, role };
}
