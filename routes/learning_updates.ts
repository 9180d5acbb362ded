/** What readers of `learning` are told as labels come, wherever they were given: a rule's belief as it is now. */
import {
  LEARNING_FEEDBACK,
  type SubjectKind,
} from "../domain/learning/events.ts";
import {
  feedbackSubject,
  LEARNING_CHANNEL,
} from "../domain/learning/feedback_command.ts";
import type { Derivation } from "../realtime/derived.ts";
import type { LearningReading } from "./learning_reading.ts";

const KIND: SubjectKind = "rule";
const PREFIX = feedbackSubject({ kind: KIND, id: "" });

/**
 * The signal `trust_updated`. A label that was given in a session is no entry of `learning`,
 * yet it counts there: of it nothing is told but what it did. Of decisions nothing is told,
 * since what a closed session decided is its own.
 */
export function learningUpdates(
  reading: Pick<LearningReading, "of">,
): Derivation {
  return {
    keyOf: ({ type, subject }) =>
      type === LEARNING_FEEDBACK && subject.startsWith(PREFIX)
        ? { channel: LEARNING_CHANNEL, subject }
        : undefined,
    tell: async ({ subject }) => {
      const learned = await reading.of(KIND, subject.slice(PREFIX.length));
      return learned && {
        type: LEARNING_FEEDBACK,
        key: subject,
        payload: { event: "trust_updated", ...learned },
      };
    },
  };
}
