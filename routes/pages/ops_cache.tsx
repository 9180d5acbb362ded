/** What the cache holds and how it does: figures, entries, forgetting, working out ahead. */
import { Hono } from "hono";
import { may } from "../../domain/access.ts";
import { Banner } from "../../islands/components/Banner.tsx";
import { Button } from "../../islands/components/Button.tsx";
import { Panel } from "../../islands/components/Panel.tsx";
import { count } from "../../islands/format.ts";
import type { User } from "../../realtime/user.ts";
import { demand } from "../access.ts";
import { type CacheParts, Pattern } from "../api/cache.ts";
import type { AppContext, Env } from "../env.ts";
import type { CacheStatistics } from "../result_cache.ts";
import { size } from "./byte_size.ts";
import {
  CacheEntries,
  cacheEntries,
  type CacheEntriesProps,
} from "./CacheEntries.tsx";
import { readFields } from "./form.ts";
import { Main } from "./layout.tsx";
import { OpsTabs } from "./OpsTabs.tsx";
import type { PageParts } from "./page_parts.ts";
import { zoneOf } from "./reader_zone.ts";
import { renderPage } from "./render.tsx";
import { signedIn } from "./signed_in.ts";
import { FigureTile } from "./FigureTile.tsx";

const PATH = "/ops/cache";
/** How often the page asks for the figures again while one looks at it. */
const EVERY_MS = 2_000;

export function opsCachePage(parts: PageParts, cache: CacheParts): Hono<Env> {
  const { forgetting, warming, logger } = cache;
  const app = new Hono<Env>();
  app.get(PATH, async (c) => {
    const user = signedIn(c);
    if (user instanceof Response) return user;
    demand(user, "see_operations", { kind: "server" });
    return await show(c, parts, { ...cache, user });
  });
  const acts: Record<string, Act> = {
    forget: async ({ key = "" }, userId) => {
      const forgotten = await forgetting.key(key);
      logger.info("forgot a result", { key, forgotten, userId });
      return { said: forgottenWords(forgotten) };
    },
    invalidate: async ({ pattern = "" }, userId) => {
      const parsed = Pattern.safeParse(pattern);
      if (!parsed.success) {
        return { mistake: "A pattern is 1 to 256 characters" };
      }
      const forgotten = await forgetting.matching(pattern);
      logger.info("forgot results", { pattern, forgotten, userId });
      return { said: forgottenWords(forgotten) };
    },
    warm: async (_, userId) => {
      const warmed = await warming.warm();
      logger.info("warmed the cache", { ...warmed, userId });
      return { said: warmedWords(warmed) };
    },
  };
  for (const [name, act] of Object.entries(acts)) {
    app.post(`${PATH}/${name}`, async (c) => {
      const user = signedIn(c);
      if (user instanceof Response) return user;
      demand(user, "change_cache", { kind: "server" });
      const fields = await readFields(c);
      const { said, mistake } = await act(fields, user.userId);
      if (mistake !== undefined) {
        return await show(c, parts, { ...cache, user, mistake });
      }
      const query = new URLSearchParams({ said: said ?? "" });
      if (fields.q) query.set("q", fields.q);
      return c.redirect(`${PATH}?${query}`, 303);
    });
  }
  return app;
}

type Act = (
  fields: Readonly<Record<string, string | undefined>>,
  userId: string,
) => Outcome | Promise<Outcome>;

interface Outcome {
  readonly said?: string;
  readonly mistake?: string;
}

function forgottenWords(forgotten: number): string {
  return forgotten === 0
    ? "Nothing was there to forget."
    : `Forgot ${count(forgotten, "result", "results")}.`;
}

function warmedWords(
  { rules, facts, computed, known }: Awaited<
    ReturnType<CacheParts["warming"]["warm"]>
  >,
): string {
  if (facts === 0) return "No facts were asked about lately: nothing to warm.";
  if (rules === 0) return "No rule is in use: nothing to warm.";
  return `${count(rules, "rule", "rules")} on ${count(facts, "set", "sets")} ` +
    `of facts: ${computed} worked out, ${known} known already.`;
}

interface Showing extends CacheParts {
  readonly user: User;
  readonly mistake?: string;
}

async function show(
  c: AppContext,
  parts: PageParts,
  { results, user, mistake }: Showing,
): Promise<Response> {
  const { q = "", page = "1", said } = c.req.query();
  const entries = cacheEntries(results, { search: q, page: Number(page) });
  const mayChange = may(user, "change_cache", { kind: "server" });
  return await renderPage(c, parts, {
    title: "Cache",
    status: mistake === undefined ? undefined : 422,
    islands: { LivePart: {} },
    body: (
      <Main>
        <div class="intro">
          <h1>Cache</h1>
          <p class="muted">
            Results by what they were worked out of. Whoever changes a rule, a
            fact or a parameter asks for another entry: nothing here goes stale.
          </p>
        </div>
        <OpsTabs
          user={user}
          current={PATH}
          hasAccounts={parts.accounts !== undefined}
        />
        {said && <Banner kind="ok">{said.slice(0, 200)}</Banner>}
        {mistake && <Banner kind="bad">{mistake}</Banner>}
        <Controls mayChange={mayChange} search={q} />
        <div
          id="cache"
          class="stack"
          data-island="LivePart"
          data-every={EVERY_MS}
        >
          <Figures {...results.statistics()} />
          <Entries
            {...entries}
            mayChange={mayChange}
            now={(parts.now ?? Date.now)()}
            zone={zoneOf(c)}
          />
        </div>
      </Main>
    ),
  });
}

function Entries(props: CacheEntriesProps) {
  return (
    <Panel
      id="entries"
      title="What is in it"
      end={count(props.found, "entry", "entries")}
    >
      <CacheEntries {...props} />
    </Panel>
  );
}

/** Numbers that one watches: how full, how useful. */
function Figures(
  { entries, maxEntries, bytes, maxBytes, ...counts }: CacheStatistics,
) {
  const { hitRate, hits, shared, misses, evictions } = counts;
  const asked = hits + shared + misses;
  return (
    <dl class="ops-tiles">
      <FigureTile
        name="Hit rate"
        value={asked === 0 ? "–" : `${Math.round(hitRate * 100)} %`}
        more={asked === 0
          ? "Nothing was asked yet"
          : `of ${count(asked, "question", "questions")}`}
      />
      <FigureTile
        name="From memory"
        value={number(hits)}
        more={`${number(shared)} more shared one in flight`}
      />
      <FigureTile
        name="Worked out"
        value={number(misses)}
        more={`${number(evictions)} given up for others`}
      />
      <FigureTile
        name="Entries"
        value={number(entries)}
        more={`of at most ${number(maxEntries)}`}
      />
      <FigureTile
        name="Memory"
        value={size(bytes)}
        more={`of at most ${size(maxBytes)}`}
      />
    </dl>
  );
}

function Controls(
  { mayChange, search }: {
    readonly mayChange: boolean;
    readonly search: string;
  },
) {
  return (
    <div class="ops-controls">
      <form method="get" action={PATH} role="search">
        <input
          class="input"
          type="search"
          name="q"
          aria-label="Words in an entry"
          placeholder="Rule, method or key"
          value={search}
        />
        <Button type="submit">Search</Button>
      </form>
      {mayChange && (
        <form method="post" action={`${PATH}/invalidate`}>
          <input
            class="input mono"
            name="pattern"
            required
            maxLength={256}
            aria-label="Pattern of keys, * stands for any text"
            placeholder="rule:large-cash@*"
            autocomplete="off"
            spellcheck={false}
          />
          <Button type="submit">Forget matching</Button>
        </form>
      )}
      {mayChange && (
        <form method="post" action={`${PATH}/warm`}>
          <Button type="submit">Warm</Button>
          <span class="muted">
            Rules in use, on the facts asked about lately
          </span>
        </form>
      )}
    </div>
  );
}

function number(value: number): string {
  return value.toLocaleString("en-GB");
}
