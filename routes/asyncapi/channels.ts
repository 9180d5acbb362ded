/** The namespaces of channels, with what travels in each (P8). */

export interface ChannelDescription {
  /** Key in the document. */
  readonly key: string;
  readonly address: string;
  readonly kept: string;
  readonly readers: string;
  readonly parameters?: Readonly<Record<string, string>>;
  /** Message types of its publications and signals. */
  readonly types: readonly string[];
}

const DURABLE = "On disk for as long as it is retained; every `since` works";
const EVERYBODY = "Every signed-in user reads; the server writes";

export const CHANNELS: readonly ChannelDescription[] = [
  {
    key: "session",
    address: "session:{sessionId}",
    kept: DURABLE,
    readers:
      "Participants, its opener and admins; everybody when it is open. " +
      "Only commands write",
    parameters: { sessionId: "Id of the session" },
    types: [
      "SESSION_UPDATE",
      "CONSENSUS_UPDATE",
      "DECISION_ANALYSIS_RESULT",
      "RULE_EVALUATION_RESULT",
      "ALERT",
      "LEARNING_FEEDBACK",
      "JOB_UPDATE",
    ],
  },
  {
    key: "user",
    address: "user:{userId}",
    kept: DURABLE,
    readers:
      "That user alone. Held by each of their connections without asking",
    parameters: {
      userId:
        "Id of the user; what is outside [A-Za-z0-9_.@+-] percent-encoded",
    },
    types: ["DIRECT_MESSAGE", "INBOX_UPDATE", "JOB_UPDATE"],
  },
  {
    key: "alerts",
    address: "alerts",
    kept: DURABLE,
    readers: EVERYBODY,
    types: ["ALERT"],
  },
  {
    key: "rules",
    address: "rules",
    kept: DURABLE,
    readers: EVERYBODY,
    types: ["RULE_EVALUATION_RESULT"],
  },
  {
    key: "decisions",
    address: "decisions",
    kept: DURABLE,
    readers: EVERYBODY,
    types: ["DECISION_ANALYSIS_RESULT"],
  },
  {
    key: "learning",
    address: "learning",
    kept: DURABLE,
    readers: EVERYBODY,
    types: ["LEARNING_FEEDBACK"],
  },
  {
    key: "jobs",
    address: "jobs",
    kept: DURABLE,
    readers: EVERYBODY,
    types: ["JOB_UPDATE"],
  },
  {
    key: "topic",
    address: "topic:{name}",
    kept: "The last 1,000 in memory, or what the server is set to",
    readers: "Every signed-in user reads, members and above publish; " +
      "`topic:all`, which everybody holds, takes a facilitator",
    parameters: { name: "Any name; it begins to exist with the first message" },
    types: ["BROADCAST"],
  },
  {
    key: "ops",
    address: "ops",
    kept: "Not at all",
    readers: "Facilitators and admins",
    types: ["OPS_UPDATE"],
  },
];
