/** The form that opens a poll: its fields as the command's input, and its mistakes at their fields. */
import {
  DEFAULT_GRADES,
  isPollMethod,
  METHODS,
} from "../../domain/consensus/polls/methods.ts";
import type { Zone } from "../../islands/format.ts";
import type { Fields } from "./form.ts";
import { instantIn } from "./local_instant.ts";

const MINUTE_MS = 60_000;

/** When a poll closes, in minutes from now, by what the form calls it. */
export const CLOSINGS = [
  { value: "", label: "When I close it" },
  { value: "5", label: "In 5 minutes" },
  { value: "15", label: "In 15 minutes" },
  { value: "60", label: "In 1 hour" },
  { value: "1440", label: "In 1 day" },
  { value: "10080", label: "In 1 week" },
  { value: "at", label: "At a time…" },
] as const;

interface Reading {
  /** As the command takes it. */
  readonly input: Readonly<Record<string, unknown>>;
  /** What the command could not say as well, by field. */
  readonly wrong: Readonly<Record<string, string>>;
}

/** Fields of other methods than the one chosen are passed over. */
export function readPollForm(
  fields: Fields,
  { sessionId, zone, now }: {
    readonly sessionId: string;
    readonly zone: Zone;
    readonly now: number;
  },
): Reading {
  const { question = "", description = "", method = "", blind, reveal } =
    fields;
  const wrong: Record<string, string> = {};
  const traits = isPollMethod(method) ? METHODS[method] : undefined;
  if (!traits) wrong.method = "Choose a method";
  if (question.trim() === "") wrong.question = "Ask something";

  const labels = linesOf(fields.alternatives);
  const chooses = traits !== undefined && method !== "proposal";
  if (chooses && labels.length < 2) {
    wrong.alternatives = "Name at least two, one a line";
  } else if (chooses && new Set(labels).size < labels.length) {
    wrong.alternatives = "Two of them are the same";
  }
  const grades = linesOf(fields.grades);
  const graded = method === "majority_judgment";
  if (graded && grades.length === 1) wrong.grades = "Name at least two";

  const quorum = shareIn(fields.quorum);
  if (quorum === null) wrong.quorum = "A number from 0 to 100";
  const threshold = traits?.takesThreshold
    ? shareIn(fields.threshold)
    : undefined;
  if (threshold === null || threshold === 0) {
    wrong.threshold = "A number above 0, up to 100";
  }
  const closesAt = closingIn(fields, zone, now);
  if (closesAt === null) wrong.closesAt = "Say the day and the time";
  const rounds = fields.rounds?.trim() ? Number(fields.rounds) : 1;
  if (!Number.isInteger(rounds) || rounds < 1) {
    wrong.rounds = "A whole number from 1";
  }
  return {
    wrong,
    input: {
      sessionId,
      question,
      ...(description.trim() !== "" && { description }),
      method,
      ...(chooses && { alternatives: alternativesOf(labels) }),
      ...(graded && grades.length > 0 && { grades }),
      ...(quorum && { quorum }),
      ...(threshold && { threshold }),
      ...(blind && { blind: true }),
      ...(blind && reveal === "quorum" && { reveal }),
      ...(closesAt !== undefined && { closesAt }),
      ...(rounds > 1 && { maxRounds: rounds }),
    },
  };
}

/** Mistakes of the command, at the fields they came from. */
export function atFields(
  errors: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(errors).map(([path, message]) => {
      const [name = ""] = path.split(".");
      return [name === "maxRounds" ? "rounds" : name, message];
    }),
  );
}

export const GRADE_LINES: string = DEFAULT_GRADES.join("\n");

function linesOf(text = ""): readonly string[] {
  return text.split(/\r?\n/).map((line) => line.trim()).filter((line) =>
    line !== ""
  );
}

/** Ids that say what they stand for, since they are in the record for ever. */
function alternativesOf(labels: readonly string[]) {
  const taken = new Set<string>();
  return labels.map((label, n) => {
    const slug = label.normalize("NFKD").toLowerCase()
      .replace(/[^a-z0-9]+/g, "-").slice(0, 40).replace(/^-+|-+$/g, "");
    const id = slug === "" || taken.has(slug) || RESERVED.has(slug)
      ? `alternative-${n + 1}`
      : slug;
    taken.add(id);
    return { id, label };
  });
}

const RESERVED = new Set(["constructor", "prototype"]);

/** 0 to 1; undefined when nothing was typed, null for what is no percentage. */
function shareIn(text = ""): number | null | undefined {
  if (text.trim() === "") return undefined;
  const percent = Number(text);
  return percent >= 0 && percent <= 100 ? percent / 100 : null;
}

function closingIn(
  { closes = "", closesAt = "" }: Fields,
  zone: Zone,
  now: number,
): number | null | undefined {
  if (closes === "at") return instantIn(zone, closesAt) ?? null;
  const minutes = Number(closes);
  return minutes > 0 ? now + minutes * MINUTE_MS : undefined;
}
