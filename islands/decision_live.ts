/** Makes a decision live: entries through the domain's evolve, others' hands on the weights. */
import { batch, effect } from "@preact/signals";
import type { RecordedEvent } from "../domain/decider.ts";
import { DECISION_ANALYSIS_RESULT } from "../domain/decisions/live/events.ts";
import {
  evolve,
  type LiveDecision,
  mergedScores,
} from "../domain/decisions/live/live_decision.ts";
import {
  readScores,
  readWeights,
} from "../domain/decisions/live/read_events.ts";
import { monotonicClock } from "../realtime/client/browser_socket.ts";
import type { RealtimeClient } from "../realtime/client/client.ts";
import type { Clock } from "../realtime/client/link.ts";
import {
  type Incoming,
  isRecord,
  type Publication,
  stringOf,
} from "../realtime/client/wire.ts";
import type { createActions } from "./decision_acts.ts";
import type { figuresOf } from "./decision_engine.ts";
import { decisionOverHttp } from "./decision_page.ts";
import {
  type DecisionModel,
  type Drag,
  ownScores,
  type WaitingScores,
} from "./decision_model.ts";
import { type DecisionPageState, unpackDecision } from "./decision_state.ts";
import { movedCriterion } from "./decision_weights.ts";
import { leaderWords } from "./decision_words.ts";
import { recordedEvent } from "./recorded_event.ts";

/** Somebody of whom nothing is heard for so long has let go, whatever became of them. */
export const DRAG_LASTS_MS = 5_000;
/** A state that could not be read is asked for again after this. */
const RENEW_AGAIN_MS = 2_000;

const KNOWN = [
  "decision_opened",
  "decision_changed",
  "weights_changed",
  "scores_given",
  "scores_revealed",
  "decision_closed",
];

/** What figures are computed with, and what one can do. */
export interface DecisionScript {
  readonly figuresOf: typeof figuresOf;
  readonly createActions: typeof createActions;
}

/** What acting needs of what is live. */
export interface LiveDecisionPage {
  readonly client: Pick<RealtimeClient, "command" | "request">;
  readonly clock: Clock;
  /** Shows weights that are not stored; none, or after a time without news, those that are. */
  readonly show: (drag: Drag | undefined) => void;
  /** Own scores that have arrived: the server has them now. */
  readonly settle: (scores: WaitingScores) => void;
  /** Reads the decision as HTTP shows it to the reader. */
  readonly readOver: () => Promise<unknown>;
}

export interface LiveDecisionOptions {
  readonly client: Pick<RealtimeClient, "follow" | "command" | "request">;
  /** Reads the page's state from the server again. */
  readonly reload: () => Promise<DecisionPageState | undefined>;
  /** Fetches the script that is needed once something moves. */
  readonly load: () => Promise<DecisionScript>;
  /** @default over HTTP */
  readonly readOver?: () => Promise<unknown>;
  /** @default the browser's */
  readonly clock?: Clock;
}

/** Hands back the stop. */
export function goLive(
  model: DecisionModel,
  options: LiveDecisionOptions,
): () => void {
  const { client, clock = monotonicClock } = options;
  const { reader } = model;
  const { channel, ...since } = model.position.peek();
  const { decisionId } = model.decision.peek();
  const readOver = options.readOver ?? (() => decisionOverHttp(decisionId));

  let script: DecisionScript | undefined;
  let loading: Promise<void> | undefined;
  let cancelDrag = () => {};
  let cancelRenew = () => {};
  let renewing = false;
  let stopped = false;

  const prepare = () => {
    loading ??= options.load().then((loaded) => {
      if (stopped) return;
      script = loaded;
      const page = { client, clock, show, settle, readOver };
      const actions = loaded.createActions(model, page);
      model.actions.value = actions;
      const early = model.early.peek();
      model.early.value = undefined;
      if (early) actions.moveWeight(early.criterionId, early.share);
      if (early?.over) actions.letGo();
      compute();
    }).catch(() => {
      // Not to be had just now: the next touch asks again.
      loading = undefined;
    });
  };

  /** Figures for what is shown; of a closed decision they are those that were stored. */
  const compute = () => {
    const shown = model.shown.peek();
    if (!script) return prepare();
    if (shown.status === "closed" || stopped) return;
    const rests = !model.drag.peek();
    const figures = script.figuresOf(shown, { flips: rests });
    const leader = leaderWords(shown, model.figures.peek());
    batch(() => {
      model.figures.value = figures;
      if (!rests) return;
      const { flips, flipsBy } = figures;
      model.flips.value = { flips, flipsBy };
      const now = leaderWords(shown, figures);
      if (now !== leader && now !== "") model.says.value = now;
    });
  };

  const subscription = client.follow(channel, {
    publication: (publication) => {
      // What comes while a fresh state is read is asked for again from its position.
      if (!renewing) take(publication);
    },
    signal: (message) => hear(message),
    reset: () => void renew(),
    // Removed from the session, or it is gone: the server's page says which.
    refused: () => location.reload(),
  }, since);

  const take = (publication: Publication) => {
    const event = recordedEvent(publication);
    const { type, body, v } = event;
    // Which decision an erased body was about, only the server knows.
    const isOurs = type === DECISION_ANALYSIS_RESULT &&
      (body === null || body.decisionId === decisionId);
    if (!isOurs) return moveTo(publication);
    if (body === null || v !== 1 || !KNOWN.includes(body.event)) {
      return void renew();
    }
    const was = model.decision.peek();
    const next = evolve(was, event);
    if (next.status === "none" || next.status === "closed") return void renew();
    // Scores of what is new may be older than this page.
    if (body.event === "decision_changed" && isWider(was, next)) {
      return void renew();
    }
    batch(() => {
      model.decision.value = next;
      applied(event, publication);
      moveTo(publication);
    });
  };

  const applied = ({ body }: RecordedEvent, { messageId }: Publication) => {
    const who = body?.userId;
    if (body?.event === "scores_given" && who === reader.userId) {
      const mine = model.waiting.peek().find((one) =>
        one.messageId === messageId
      );
      if (mine) settle(mine);
      else if (body.commitment === undefined) {
        keep(readScores(body.scores));
      } else {
        // Given in another tab, and sealed: only the server can tell this one.
        void readOwn();
      }
    }
    if (body?.event === "weights_changed") {
      const drag = model.drag.peek();
      const isHeld = drag?.by.userId === reader.userId &&
        drag.state === "moving";
      if (drag?.by.userId === who && !isHeld) show(undefined);
    }
    if (body?.event === "scores_revealed" && model.decision.peek().revealed) {
      model.says.value = "The scores are revealed";
    }
  };

  const moveTo = (publication: Publication) => {
    const { epoch = "", hash } = model.position.peek();
    const { offset } = publication;
    model.position.value = {
      channel,
      epoch,
      offset,
      hash: publication.hash ?? hash,
    };
    settleUpTo(offset);
  };

  const keep = (scores: WaitingScores["scores"]) => {
    model.stored.value = mergedScores(model.stored.peek(), scores);
  };

  const settle = ({ messageId, scores }: WaitingScores) => {
    keep(scores);
    model.waiting.value = model.waiting.peek().filter((one) =>
      one.messageId !== messageId
    );
  };

  const settleUpTo = (last: number) => {
    for (const one of model.waiting.peek()) {
      if (one.offset !== undefined && one.offset <= last) settle(one);
    }
  };

  const readOwn = async () => {
    const read = await readOver().catch(() => undefined);
    const mine = isRecord(read) ? read.mine : undefined;
    if (isRecord(mine) && !stopped) {
      model.stored.value = readScores(JSON.parse(JSON.stringify(mine)));
    }
  };

  /** Others' weights on the move. One's own hand counts more while it is on a slider. */
  const hear = ({ type, payload }: Incoming) => {
    const { event, userId, name } = payload;
    if (
      type !== DECISION_ANALYSIS_RESULT || event !== "weights_dragged" ||
      payload.decisionId !== decisionId || typeof userId !== "string" ||
      userId === reader.userId ||
      model.drag.peek()?.by.userId === reader.userId ||
      model.decision.peek().status === "closed"
    ) return;
    const weights = readWeights(JSON.parse(JSON.stringify(payload.weights)));
    const criterion = movedCriterion(model.decision.peek().criteria, weights);
    const by = { userId, name: stringOf(name) ?? userId };
    show({ weights, criterion, by, state: "moving" });
  };

  const show = (drag: Drag | undefined) => {
    cancelDrag();
    model.drag.value = drag;
    // A hand of one's own is felt: it needs no news.
    const isHeld = drag?.by.userId === reader.userId && drag.state === "moving";
    cancelDrag = drag && !isHeld
      ? clock.after(DRAG_LASTS_MS, () => show(undefined))
      : () => {};
  };

  const renew = async () => {
    if (renewing) return;
    renewing = true;
    try {
      const fresh = await options.reload();
      if (!fresh || stopped) return;
      const { channel: _, ...position } = fresh.position;
      batch(() => {
        takeState(model, fresh);
        settleUpTo(position.offset);
        if (model.decision.peek().status === "closed") show(undefined);
      });
      subscription.resume(position);
    } catch {
      // The server cannot be asked just now; until then the page stands still.
      cancelRenew = clock.after(RENEW_AGAIN_MS, () => void renew());
    } finally {
      renewing = false;
    }
  };

  model.prepare.value = prepare;
  let isFirst = true;
  const stopComputing = effect(() => {
    // Read to be run again with it; the figures of the first state came with it.
    void model.shown.value;
    if (isFirst) isFirst = false;
    else compute();
  });
  return () => {
    stopped = true;
    stopComputing();
    cancelDrag();
    cancelRenew();
    model.prepare.value = undefined;
    model.actions.value = undefined;
    subscription.stop();
  };
}

function takeState(model: DecisionModel, fresh: DecisionPageState): void {
  const { flips, flipsBy } = fresh.figures;
  model.decision.value = unpackDecision(fresh.decision);
  model.stored.value = ownScores(fresh);
  model.position.value = fresh.position;
  model.rights.value = fresh.rights;
  model.asked.value = fresh.asked;
  model.figures.value = fresh.figures;
  model.flips.value = { flips, flipsBy };
  model.cursor.value = { row: 0, column: 0 };
}

/** Reports whether there are alternatives or criteria that were not there before. */
function isWider(was: LiveDecision, now: LiveDecision): boolean {
  const adds = (
    before: readonly { readonly id: string }[],
    after: readonly { readonly id: string }[],
  ) => after.some(({ id }) => before.every((one) => one.id !== id));
  return adds(was.alternatives, now.alternatives) ||
    adds(was.criteria, now.criteria);
}
