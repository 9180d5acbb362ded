/** Forty alerts of two weeks: when each came, how bad it is, and what became of it. */
import type { AlertSeverity } from "../../domain/alerts/events.ts";
import type { DemoPersonName } from "./demo_people.ts";

/** What people did with it, in this order. */
export type AlertAct =
  | { readonly act: "acknowledge"; readonly by: DemoPersonName }
  | { readonly act: "assign"; readonly to: DemoPersonName }
  | {
    readonly act: "snooze";
    readonly by: DemoPersonName;
    readonly days: number;
  }
  | {
    readonly act: "note";
    readonly by: DemoPersonName;
    readonly text: string;
  }
  | {
    readonly act: "resolve" | "dismiss";
    readonly by: DemoPersonName;
    readonly text: string;
  };

export interface CaseAlert {
  /** Days before the demo was loaded. */
  readonly daysAgo: number;
  readonly severity: AlertSeverity;
  readonly title: string;
  readonly body: string;
  /** How often it came; more than once under one dedupe key. @default 1 */
  readonly times?: number;
  readonly acts?: readonly AlertAct[];
}

const acknowledged = (by: DemoPersonName) =>
  ({ act: "acknowledge", by }) as const;
const assigned = (to: DemoPersonName) => ({ act: "assign", to }) as const;
const snoozed = (by: DemoPersonName, days: number) =>
  ({ act: "snooze", by, days }) as const;
const noted = (by: DemoPersonName, text: string) =>
  ({ act: "note", by, text }) as const;
const resolved = (by: DemoPersonName, text: string) =>
  ({ act: "resolve", by, text }) as const;
const dismissed = (by: DemoPersonName, text: string) =>
  ({ act: "dismiss", by, text }) as const;

/** Oldest first. */
export const CASE_ALERTS: readonly CaseAlert[] = [
  alert(
    13.9,
    "medium",
    "Velocity: 14 payments in a day, Alder Books",
    "14 card settlements in 24 hours, 3.4 times the daily average.",
    {
      acts: [
        assigned("jonas"),
        dismissed("jonas", "Book fair weekend, announced by the customer."),
      ],
    },
  ),
  alert(
    13.6,
    "low",
    "Round amounts: Lumen Studio",
    "Fifth payment of a round thousand within thirty days.",
    { acts: [dismissed("aisha", "Monthly retainers, contract on file.")] },
  ),
  alert(
    13.2,
    "high",
    "Structuring: Meridian Trading, branch Harbour Street",
    "Three cash deposits of 9,400, 9,650 and 9,800 within five days.",
    {
      times: 4,
      acts: [
        acknowledged("aisha"),
        assigned("aisha"),
        noted("aisha", "Same depositor each time, third branch this month."),
        resolved("mara", "Reported. See the session on Meridian Trading."),
      ],
    },
  ),
  alert(
    12.8,
    "medium",
    "Large payment from a new account: K. Brandt",
    "7,800 EUR out of an account opened 12 days ago.",
    {
      acts: [
        assigned("jonas"),
        resolved("jonas", "Deposit for a flat, tenancy agreement received."),
      ],
    },
  ),
  alert(
    12.4,
    "high",
    "High-risk corridor: Meridian Trading",
    "18,000 USD to a trading company with no website.",
    {
      acts: [
        acknowledged("aisha"),
        resolved("mara", "Part of the report on Meridian Trading."),
      ],
    },
  ),
  alert(
    11.9,
    "critical",
    "Sanctions near match: A. Petrov-Sokolov",
    "Name is 0.91 like a listed one; date of birth is missing.",
    {
      acts: [
        acknowledged("priya"),
        noted("priya", "Passport asked for: other year and place of birth."),
        dismissed("priya", "Another person. Added to the list of cleared."),
      ],
    },
  ),
  alert(
    11.5,
    "info",
    "Screening list updated",
    "214 names added, 31 removed. Customers are screened again tonight.",
    { acts: [resolved("jonas", "Screening ran, two near matches opened.")] },
  ),
  alert(
    11.1,
    "low",
    "Round amounts: Northgate Dental",
    "Fourth payment of a round thousand within thirty days.",
    { acts: [dismissed("aisha", "Instalments of a leasing contract.")] },
  ),
  alert(
    10.7,
    "medium",
    "Velocity: 23 payments in a day, Quickship Parcel",
    "23 refunds in 24 hours, 4.1 times the daily average.",
    { times: 2, acts: [acknowledged("jonas"), assigned("jonas")] },
  ),
  alert(
    10.2,
    "high",
    "Structuring: H. Okafor",
    "Four cash deposits between 8,200 and 9,900 within seven days.",
    {
      acts: [
        acknowledged("aisha"),
        noted("aisha", "Sells a market stall. Asked for the sales ledger."),
      ],
    },
  ),
  alert(
    9.8,
    "medium",
    "Large payment from a new account: Blue Fern Ltd",
    "22,400 EUR out of an account opened 9 days ago.",
    { acts: [assigned("priya")] },
  ),
  alert(
    9.3,
    "low",
    "Dormant account active again: E. Lindholm",
    "First payment after 26 months.",
    { acts: [dismissed("jonas", "Called the customer, was abroad.")] },
  ),
  alert(
    8.9,
    "high",
    "High-risk corridor: Solstice Imports",
    "12,750 EUR in two payments on one day, 40 minutes apart.",
    { acts: [acknowledged("aisha"), assigned("aisha")] },
  ),
  alert(
    8.6,
    "medium",
    "Velocity: 17 payments in a day, Tidewater Rentals",
    "17 outgoing payments in 24 hours, 3.2 times the daily average.",
    { acts: [resolved("jonas", "Payroll moved forward by the holiday.")] },
  ),
  alert(
    8.1,
    "critical",
    "Sanctions near match: Orient Star Shipping",
    "Company name is 0.88 like a listed one, same port of registry.",
    {
      acts: [
        acknowledged("priya"),
        assigned("priya"),
        noted("priya", "Register extract ordered, payments on hold."),
      ],
    },
  ),
  alert(
    7.7,
    "low",
    "Round amounts: Orchard Nursery",
    "Fourth payment of a round thousand within thirty days.",
    { acts: [snoozed("aisha", 5)] },
  ),
  alert(
    7.4,
    "medium",
    "Large payment from a new account: T. Moreau",
    "6,150 EUR out of an account opened 21 days ago.",
    {
      acts: [
        dismissed("jonas", "Moved from another bank, statements received."),
      ],
    },
  ),
  alert(
    6.9,
    "high",
    "Structuring: Meridian Trading, branch Old Market",
    "Three cash deposits of 8,900, 9,300 and 9,950 within six days.",
    { acts: [resolved("mara", "Part of the report on Meridian Trading.")] },
  ),
  alert(
    6.5,
    "medium",
    "Velocity: 31 payments in a day, PixelForge Games",
    "31 incoming payments in 24 hours, 5.0 times the daily average.",
    { times: 3, acts: [assigned("aisha"), snoozed("aisha", 3)] },
  ),
  alert(
    6.1,
    "info",
    "Threshold review due",
    "The velocity rule was last reviewed a year ago.",
    { acts: [assigned("tomas")] },
  ),
  alert(
    5.8,
    "medium",
    "Large payment from a new account: Cobalt Freight",
    "41,000 EUR out of an account opened 17 days ago.",
    { acts: [acknowledged("jonas")] },
  ),
  alert(
    5.4,
    "high",
    "High-risk corridor: D. Farouk",
    "9,200 EUR, the third payment of this kind in a month.",
    { times: 3, acts: [assigned("aisha"), acknowledged("aisha")] },
  ),
  alert(
    5.0,
    "low",
    "Address changed twice in a week: S. Albrecht",
    "Two changes of address, both online.",
  ),
  alert(
    4.7,
    "medium",
    "Velocity: 12 payments in a day, Juniper Catering",
    "12 outgoing payments in 24 hours, 3.1 times the daily average.",
    { acts: [dismissed("jonas", "Suppliers paid before a wedding.")] },
  ),
  alert(
    4.3,
    "high",
    "Structuring: Velvet Nights Bar",
    "Five cash deposits between 8,000 and 9,700 within seven days.",
    { times: 2, acts: [acknowledged("aisha")] },
  ),
  alert(
    3.9,
    "medium",
    "Large payment from a new account: R. Castellanos",
    "5,900 EUR out of an account opened 4 days ago.",
  ),
  alert(
    3.6,
    "low",
    "Round amounts: Hilltop Riding School",
    "Sixth payment of a round thousand within thirty days.",
    { acts: [snoozed("jonas", 2)] },
  ),
  alert(
    3.2,
    "high",
    "High-risk corridor: Kestrel Aviation Parts",
    "64,000 USD for spare parts, invoice without a serial number.",
    { acts: [assigned("priya")] },
  ),
  alert(
    2.9,
    "medium",
    "Velocity: 19 payments in a day, Harbour Street Exchange",
    "19 outgoing payments in 24 hours, 3.8 times the daily average.",
    { times: 2, acts: [assigned("aisha")] },
  ),
  alert(
    2.5,
    "high",
    "Structuring: Harbour Street Exchange",
    "Six cash deposits between 9,100 and 9,900 within four days.",
    { times: 5, acts: [assigned("aisha"), acknowledged("aisha")] },
  ),
  alert(
    2.2,
    "low",
    "Unusual hour: B. Nystrom",
    "Four payments between 02:00 and 04:00.",
  ),
  alert(
    1.9,
    "medium",
    "Large payment from a new account: Ferro Metals",
    "18,300 EUR out of an account opened 26 days ago.",
  ),
  alert(
    1.6,
    "critical",
    "Sanctions near match: M. al-Hariri",
    "Name is 0.87 like a listed one, spelling differs by two letters.",
    { acts: [assigned("priya")] },
  ),
  alert(
    1.3,
    "medium",
    "Velocity: 15 payments in a day, Aurora Tickets",
    "15 refunds in 24 hours, 3.3 times the daily average.",
    { times: 2 },
  ),
  alert(
    1.0,
    "high",
    "High-risk corridor: Harbour Street Exchange",
    "27,500 EUR to an exchange house that was opened this year.",
    { acts: [acknowledged("mara")] },
  ),
  alert(
    0.8,
    "low",
    "Round amounts: Paper & Twine",
    "Fourth payment of a round thousand within thirty days.",
  ),
  alert(
    0.6,
    "medium",
    "Large payment from a new account: L. Ivanova",
    "11,000 EUR out of an account opened 8 days ago.",
  ),
  alert(
    0.4,
    "high",
    "Structuring: N. Papadakis",
    "Three cash deposits of 9,000, 9,200 and 9,900 within two days.",
    { acts: [acknowledged("jonas"), assigned("jonas")] },
  ),
  alert(
    0.2,
    "medium",
    "Velocity: 28 payments in a day, Quickship Parcel",
    "28 refunds in 24 hours, 4.6 times the daily average.",
  ),
  alert(
    0.05,
    "high",
    "High-risk corridor: Solstice Imports",
    "9,900 EUR, recipient not seen before.",
  ),
];

function alert(
  daysAgo: number,
  severity: AlertSeverity,
  title: string,
  body: string,
  more: Pick<CaseAlert, "times" | "acts"> = {},
): CaseAlert {
  return { daysAgo, severity, title, body, ...more };
}
