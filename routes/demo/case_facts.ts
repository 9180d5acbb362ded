/** Facts about the payments of the case, in the shape that its six rules ask for. */
import type { Json } from "../../realtime/json.ts";

export interface CasePayment {
  /** Names its evaluation. */
  readonly ref: string;
  readonly title: string;
  readonly facts: { readonly [name: string]: Json };
}

interface Told {
  readonly amount: number;
  readonly currency: string;
  readonly to: string;
  readonly destinationRisk: "LOW" | "MEDIUM" | "HIGH";
  readonly ageDays: number;
  readonly dailyAverage: number;
  readonly recipient: string;
  /** 0 to 1. */
  readonly similarity: number;
  readonly payments: number;
  readonly total: number;
  readonly cashDeposits: readonly number[];
  readonly roundPayments: number;
}

/** Of the decided session: four payments of one customer. */
export const MERIDIAN_PAYMENTS: readonly CasePayment[] = [
  payment("meridian-1", "Cash deposits at Harbour Street", {
    amount: 9_800,
    currency: "EUR",
    to: "Harbour Street",
    destinationRisk: "LOW",
    ageDays: 214,
    dailyAverage: 6_100,
    recipient: "Meridian Trading",
    similarity: 0.12,
    payments: 3,
    total: 9_800,
    cashDeposits: [9_400, 9_650, 9_800],
    roundPayments: 1,
  }),
  payment("meridian-2", "18,000 USD abroad", {
    amount: 18_000,
    currency: "USD",
    to: "Port Selim",
    destinationRisk: "HIGH",
    ageDays: 217,
    dailyAverage: 6_100,
    recipient: "Selim General Trading",
    similarity: 0.41,
    payments: 5,
    total: 19_200,
    cashDeposits: [9_400, 9_650, 9_800],
    roundPayments: 4,
  }),
  payment("meridian-3", "Cash deposits at Old Market", {
    amount: 9_950,
    currency: "EUR",
    to: "Old Market",
    destinationRisk: "LOW",
    ageDays: 221,
    dailyAverage: 6_100,
    recipient: "Meridian Trading",
    similarity: 0.12,
    payments: 4,
    total: 11_300,
    cashDeposits: [8_900, 9_300, 9_950],
    roundPayments: 4,
  }),
  payment("meridian-4", "Twelve payments on one day", {
    amount: 4_000,
    currency: "EUR",
    to: "Port Selim",
    destinationRisk: "HIGH",
    ageDays: 222,
    dailyAverage: 6_100,
    recipient: "Selim General Trading",
    similarity: 0.41,
    payments: 12,
    total: 27_400,
    cashDeposits: [9_300, 9_950, 9_700],
    roundPayments: 6,
  }),
];

/** Of the open session. */
export const HARBOUR_PAYMENTS: readonly CasePayment[] = [
  payment("harbour-1", "27,500 EUR to an exchange house", {
    amount: 27_500,
    currency: "EUR",
    to: "Port Selim",
    destinationRisk: "HIGH",
    ageDays: 24,
    dailyAverage: 5_200,
    recipient: "Bright Star Exchange",
    similarity: 0.79,
    payments: 19,
    total: 38_900,
    cashDeposits: [9_100, 9_900, 9_500, 9_750, 9_400, 9_850],
    roundPayments: 2,
  }),
];

function payment(ref: string, title: string, told: Told): CasePayment {
  const { amount, currency, to, destinationRisk } = told;
  return {
    ref,
    title,
    facts: {
      payment: { amount, currency, to, destinationRisk },
      account: { ageDays: told.ageDays, dailyAverage: told.dailyAverage },
      recipient: {
        name: told.recipient,
        sanctionsSimilarity: told.similarity,
      },
      last24Hours: { payments: told.payments, total: told.total },
      last7Days: { cashDeposits: told.cashDeposits },
      last30Days: { roundPayments: told.roundPayments },
    },
  };
}
