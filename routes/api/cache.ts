/** The cache of results over HTTP: what is in it and how it does, forgetting, working out ahead. */
import { z } from "zod";
import type { Logger } from "../../realtime/logger.ts";
import type { CacheForgetting } from "../cache_forgetting.ts";
import { createGlob, MAX_PATTERN } from "../glob.ts";
import type { CacheEntry } from "../kept_results.ts";
import { problem } from "../problem.ts";
import type { ResultCache } from "../result_cache.ts";
import type { RuleWarming } from "../rule_warming.ts";
import { operation, type Route } from "./operation.ts";
import { Page, pageByKey, pageOf } from "./paging.ts";
import { isoTime } from "./times.ts";

const tag = "Operations";

/** A whole key; the longest are of rules with long ids. */
const Key = z.string().min(1).max(2_000);

export const Pattern = z.string().min(1).max(MAX_PATTERN).meta({
  description:
    "`*` stands for any text: `rule:large-cash@*`, `decision:smaa:*`",
  examples: ["rule:large-cash@*"],
});

const Entry = z.object({
  key: z.string(),
  kind: z.string(),
  about: z.string(),
  bytes: z.int(),
  hits: z.int(),
  computedAt: z.iso.datetime(),
  lastUsedAt: z.iso.datetime(),
});

const Statistics = z.object({
  entries: z.int(),
  maxEntries: z.int(),
  bytes: z.int().meta({ description: "As JSON, with what goes with each" }),
  maxBytes: z.int(),
  hits: z.int(),
  misses: z.int(),
  shared: z.int().meta({ description: "Waited for an equal one under way" }),
  evictions: z.int(),
  hitRate: z.number().meta({
    description: "Hits and shared ones of all, 0 to 1; 0 before the first",
  }),
});

const Warmed = z.object({
  rules: z.int(),
  facts: z.int(),
  computed: z.int(),
  known: z.int(),
});

const Forgotten = z.object({ forgotten: z.int() });

export interface CacheParts {
  readonly results: ResultCache;
  readonly forgetting: Pick<CacheForgetting, "key" | "matching">;
  readonly warming: Pick<RuleWarming, "warm">;
  readonly logger: Logger;
}

export function cacheRoutes(
  { results, forgetting, warming, logger }: CacheParts,
): readonly Route[] {
  return [
    operation({
      method: "GET",
      path: "/api/v1/cache",
      summary: "Shows how this node's cache does, and a page of what is in it",
      tag,
      action: "see_operations",
      input: { query: Page.extend({ pattern: Pattern.optional() }) },
      answers: {
        200: {
          description: "Figures, and entries by key",
          schema: Statistics.extend(pageOf(Entry).shape),
        },
      },
      run: ({ c, query: { pattern, ...page } }) => {
        const fits = pattern === undefined ? () => true : createGlob(pattern);
        const entries = [...results.entries()].filter(({ key }) => fits(key));
        const { items, nextCursor } = pageByKey(
          entries,
          ({ key }) => key,
          page,
        );
        const shown = { items: items.map(written), nextCursor };
        return c.json({ ...results.statistics(), ...shown });
      },
    }),
    operation({
      method: "DELETE",
      path: "/api/v1/cache/{key}",
      summary: "Forgets one result, on every node",
      tag,
      action: "change_cache",
      input: { params: z.object({ key: Key }) },
      answers: {
        200: {
          description: "On so many nodes it was there",
          schema: Forgotten,
        },
        404: { description: "There is no such entry" },
      },
      run: async ({ c, user, params: { key } }) => {
        const forgotten = await forgetting.key(key);
        if (forgotten === 0) {
          const detail = "Cannot find this entry: it may have been given up";
          return problem(c, { code: "not_found", detail });
        }
        logger.info("forgot a result", { key, userId: user.userId });
        return c.json({ forgotten });
      },
    }),
    operation({
      method: "POST",
      path: "/api/v1/cache/invalidate",
      summary: "Forgets the results whose keys fit a pattern, on every node",
      tag,
      action: "change_cache",
      input: { body: z.object({ pattern: Pattern }) },
      answers: {
        200: { description: "How many there were", schema: Forgotten },
      },
      run: async ({ c, user, body: { pattern } }) => {
        const forgotten = await forgetting.matching(pattern);
        const { userId } = user;
        logger.info("forgot results", { pattern, forgotten, userId });
        return c.json({ forgotten });
      },
    }),
    operation({
      method: "POST",
      path: "/api/v1/cache/warm",
      summary:
        "Evaluates the rules in use on the facts this node was asked about lately",
      tag,
      action: "change_cache",
      input: {},
      answers: { 200: { description: "What was done", schema: Warmed } },
      run: async ({ c, user }) => {
        const warmed = await warming.warm();
        logger.info("warmed the cache", { ...warmed, userId: user.userId });
        return c.json(warmed);
      },
    }),
  ];
}

function written({ computedAt, lastUsedAt, ...entry }: CacheEntry) {
  return {
    ...entry,
    computedAt: isoTime(computedAt),
    lastUsedAt: isoTime(lastUsedAt),
  };
}
