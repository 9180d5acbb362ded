/** Any schedule of casts, recusals, changes and closes: counted once, final, and recounted the same. */
import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import type { Ballot } from "../../../../domain/consensus/polls/ballot.ts";
import { abstains } from "../../../../domain/consensus/polls/ballot.ts";
import { METHODS } from "../../../../domain/consensus/polls/methods.ts";
import type { PollResult } from "../../../../domain/consensus/polls/outcome.ts";
import { turnout } from "../../../../domain/consensus/polls/poll.ts";
import { pollJson } from "../../../../domain/consensus/polls/poll_json.ts";
import { consensusUpdated } from "../../../../domain/consensus/polls/updates.ts";
import { isProperJson } from "../../../../realtime/json.ts";
import { scenarios, start, type Step, take } from "./arbitrary.ts";
import { fold, type Live, plain } from "./fixture.ts";

/** A count by hand: what each voter said last and weighs now, in millionths. */
class Ledger {
  readonly #weights = new Map<string, number>();
  #ballots = new Map<string, Ballot>();

  constructor(live: Live) {
    for (const { userId, weight } of live.poll.electorate.voters) {
      this.#weights.set(userId, weight);
    }
  }

  /** Follows a step that took effect. */
  follow(step: Step, live: Live): void {
    if (step.act === "cast") this.#ballots.set(step.who.userId, step.ballot);
    if (step.act === "recuse") this.#weigh(step.who.userId, 0);
    if (step.act === "change") {
      const heads = live.poll.method === "majority";
      const weight = heads ? Math.min(Math.ceil(step.weight), 1) : step.weight;
      this.#weigh(step.who.userId, weight);
    }
  }

  nextRound(): void {
    this.#ballots = new Map();
  }

  cast(): { weight: number; count: number } {
    return {
      weight: this.#sum((ballot) => ballot !== undefined),
      count: this.#ballots.size,
    };
  }

  eligible(): { weight: number; count: number } {
    return {
      weight: this.#sum(() => true),
      count: [...this.#weights.values()].filter((one) => one > 0).length,
    };
  }

  /** Weight of those who chose, approved of or put first this alternative alone. */
  weightFor(id: string): number {
    return this.#sum((ballot) =>
      ballot?.choice === id || (ballot?.choices?.includes(id) ?? false)
    );
  }

  abstained(live: Live): number {
    return this.#sum((ballot) =>
      ballot !== undefined && abstains(ballot, live.poll)
    );
  }

  #sum(counts: (ballot: Ballot | undefined) => boolean): number {
    let millionths = 0;
    for (const [userId, weight] of this.#weights) {
      if (counts(this.#ballots.get(userId))) {
        millionths += Math.round(weight * 1e6);
      }
    }
    return millionths / 1e6;
  }

  #weigh(userId: string, weight: number): void {
    this.#weights.set(userId, weight);
    if (weight === 0) this.#ballots.delete(userId);
  }
}

function check(result: PollResult, ledger: Ledger, live: Live): void {
  const { turnout, tally } = result;
  const { castWeight, castCount, eligibleWeight, eligibleCount } = turnout;
  assertEquals({ weight: castWeight, count: castCount }, ledger.cast());
  assertEquals(
    { weight: eligibleWeight, count: eligibleCount },
    ledger.eligible(),
  );
  if (tally === null) return;
  assertEquals(tally.abstain, ledger.abstained(live));
  const { method } = live.poll;
  const kind = METHODS[method].ballot;
  if (kind !== "choice" && kind !== "choices") return;
  const ids = live.poll.alternatives.map(({ id }) => id)
    .filter((id) => method !== "proposal" || id !== "abstain");
  assertEquals(
    tally.details.counts,
    Object.fromEntries(ids.map((id) => [id, ledger.weightFor(id)])),
  );
}

Deno.test("[K2] under any schedule the result is what a count by hand of last ballots gives", () => {
  fc.assert(
    fc.property(scenarios, (scenario) => {
      const live = start(scenario);
      const ledger = new Ledger(live);
      for (const step of scenario.steps) {
        const before = live.poll;
        const done = take(live, step);
        if (typeof done === "string" || done.length === 0) continue;
        ledger.follow(step, live);
        const ended = live.poll.rounds.at(-1);
        if (live.poll.result) {
          check(live.poll.result, ledger, live);
          return;
        }
        if (ended && live.poll.round > before.round) {
          check(ended.result, ledger, live);
          ledger.nextRound();
        }
        assertEquals(turnout(live.poll).castWeight, ledger.cast().weight);
        assertEquals(turnout(live.poll).castCount, ledger.cast().count);
      }
    }),
    { numRuns: 400 },
  );
});

Deno.test("[K3] under any schedule the first result stands, and nothing is written behind it", () => {
  fc.assert(
    fc.property(scenarios, (scenario) => {
      const live = start(scenario);
      live.close(undefined, true);
      const [closed, length] = [plain(live.state), live.events.length];
      for (const step of scenario.steps) take(live, step);
      assertEquals(live.events.length, length);
      assertEquals(plain(live.state), closed);
    }),
  );
});

Deno.test("[K14] under any schedule a recount of what is kept finds the announced results", async () => {
  await fc.assert(
    fc.asyncProperty(scenarios, async (scenario) => {
      const live = start(scenario);
      for (const step of scenario.steps) take(live, step);
      live.close(undefined, true);
      const { ok, mistakes, rounds } = await live.recount();
      assertEquals([ok, mistakes], [true, []]);
      const announced = [
        ...live.poll.rounds.map(({ result }) => result.state),
        live.result.state,
      ];
      assertEquals(rounds.map((one) => one.announced), announced);
      assertEquals(
        rounds.map((one) => one.counted),
        announced.map((one) => one === "cancelled" ? null : one),
      );
    }),
    { numRuns: 300 },
  );
});

Deno.test("[K17] under any schedule a fold of what is kept is the state decided on", () => {
  fc.assert(
    fc.property(scenarios, (scenario) => {
      const live = start(scenario);
      for (const step of scenario.steps) take(live, step);
      assertEquals(plain(fold(live.events)), plain(live.state));
    }),
  );
});

Deno.test("[K7] under any schedule what is told is proper JSON, and every share lies between 0 and 1", () => {
  fc.assert(
    fc.property(scenarios, (scenario) => {
      const live = start(scenario);
      for (const step of scenario.steps) {
        take(live, step);
        assert(isProperJson(pollJson(live.poll)));
        const told = consensusUpdated(live.state, live.channel.length);
        if (told) assert(isProperJson(told.payload));
        const { share } = turnout(live.poll);
        assert(share >= 0 && share <= 1, `${share}`);
      }
      assert(live.events.every(({ body }) => isProperJson(body)));
    }),
  );
});

Deno.test("[K18] under any schedule whoever has a row to vote has no ballot, and the other way round", () => {
  fc.assert(
    fc.property(scenarios, (scenario) => {
      const live = start(scenario);
      for (const step of scenario.steps) {
        take(live, step);
        const wanted = new Map(
          live.rows.filter(({ view }) => view === "ballots_wanted")
            .map(({ key, data }) => [key, data]),
        );
        const asked = [...wanted].filter(([, data]) => data !== null)
          .map(([key]) => key);
        const { status, electorate, box, pollId } = live.poll;
        const missing = status === "closed" ? [] : electorate.voters.flatMap(
          ({ userId, weight }, place) =>
            weight > 0 && box.get(place) === undefined
              ? [`${userId}/${pollId}`]
              : [],
        );
        assertEquals(asked.sort(), missing.sort());
      }
    }),
  );
});
