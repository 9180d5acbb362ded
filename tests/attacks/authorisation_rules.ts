/**
 * Who may do what, as the documents say it: one line per rule, one column per actor. The
 * test compares; nothing in here was taken from what the program answered.
 */

/** The columns. `anonymous` has no credentials; `revoked` had some, and was signed out. */
export const ACTORS = [
  "anonymous",
  "stranger",
  "observer",
  "member",
  "facilitator",
  "admin",
  "removed",
  "revoked",
] as const;
export type Actor = typeof ACTORS[number];

/** Where it is done: in an open session, in a private one, or in the house. */
export type Where = "open" | "private" | "house";

/** The words of the table, and the reason each stands for. */
export const WORDS: Readonly<Record<string, string>> = {
  yes: "yes",
  "401": "401",
  no: "not_allowed",
  /** Whoever may not see a session learns nothing, not even that it exists. */
  hidden: "session_not_found",
  outside: "not_a_participant",
  absent: "participant_not_found",
  voteless: "not_a_voter",
  /** What is asked for by its id alone is as unknown as one that never was. */
  jobless: "job_not_found",
  unknown: "notification_not_found",
};

/** `place: anonymous stranger observer member facilitator admin removed revoked` */
export const RULES = {
  /** Who leads the session, or the house (domain.md, Sessions). */
  lead: {
    open: "    401 no       no       no     yes yes      no     401",
    private: " 401 hidden   no       no     yes yes      hidden 401",
  },
  /** Who has a say inside: its members and facilitators, and admins. */
  voice: {
    open: "    401 no       no       yes    yes yes      no     401",
    private: " 401 hidden   no       yes    yes yes      hidden 401",
  },
  /** Into an open session members speak from outside too. */
  speak: {
    open: "    401 yes      no       yes    yes yes      yes    401",
    private: " 401 hidden   no       yes    yes yes      hidden 401",
  },
  /** Anyone who may see a session may join it. */
  join: {
    open: "    401 yes      yes      yes    yes yes      yes    401",
    private: " 401 hidden   yes      yes    yes yes      hidden 401",
  },
  leave: {
    open: "    401 absent   yes      yes    yes absent   absent 401",
    private: " 401 hidden   yes      yes    yes absent   hidden 401",
  },
  /** Nobody says for another that they are here, nor where they take no part. */
  present: {
    open: "    401 outside  yes      yes    yes outside  outside 401",
    private: " 401 hidden   yes      yes    yes outside  hidden 401",
  },
  /** Who is in the electorate; who is removed keeps the vote while they see it (docs/polls.md). */
  vote: {
    open: "    401 voteless voteless yes    yes voteless yes    401",
    private: " 401 hidden   voteless yes    yes voteless hidden 401",
  },
  /** Somebody else's job: who leads, for those who may know of it. */
  job: {
    open: "    401 no       no       no     yes yes      no      401",
    private: " 401 jobless  no       no     yes yes      jobless 401",
  },
  /** The clock's own, lent to admins. */
  clock: {
    open: "    401 no       no       no     no  yes      no     401",
    private: " 401 hidden   no       no     no  yes      hidden 401",
  },
  /** Holds: who leads the session it is on, and admins; nothing tells whether there is one. */
  hold: {
    open: "    401 no       no       no     yes yes      no     401",
    private: " 401 no       no       no     yes yes      no     401",
  },
  /** What an admin holds, only an admin lets go. */
  keep: {
    open: "    401 no       no       no     no  yes      no     401",
    private: " 401 no       no       no     no  yes      no     401",
  },
  /** In the house the role one signed in with counts. */
  observers: {
    house: "   401 yes      yes      yes    yes yes      yes    401",
  },
  members: {
    house: "   401 yes      no       yes    yes yes      yes    401",
  },
  facilitators: {
    house: "   401 no       no       no     yes yes      no     401",
  },
  admins: {
    house: "   401 no       no       no     no  yes      no     401",
  },
  /** An inbox is its owner's: of another's nothing is known. */
  another: {
    house: "   401 unknown  unknown  unknown unknown unknown unknown 401",
  },
} as const satisfies Readonly<
  Record<string, Readonly<Partial<Record<Where, string>>>>
>;
export type RuleName = keyof typeof RULES;

/** What a rule says of an actor in a place. */
export function expected(line: string, actor: Actor): string {
  const words = line.trim().split(/\s+/);
  return WORDS[words[ACTORS.indexOf(actor)]];
}
