/** All rules: found by words or state, with those that wait for the reader to publish them. */
import { Hono } from "hono";
import { hasRole } from "../../domain/access.ts";
import { RULES_CHANNEL } from "../../domain/rules/book/rule_commands.ts";
import { Badge } from "../../islands/components/Badge.tsx";
import { Button, ButtonLink } from "../../islands/components/Button.tsx";
import { EmptyState } from "../../islands/components/EmptyState.tsx";
import { count } from "../../islands/format.ts";
import type { RulePartState } from "../../islands/RulePart.ts";
import type { User } from "../../realtime/user.ts";
import type { AppContext, Env } from "../env.ts";
import type { RuleParts } from "../rule_parts.ts";
import { Main } from "./layout.tsx";
import type { PageParts } from "./page_parts.ts";
import { zoneOf } from "./reader_zone.ts";
import { renderPage } from "./render.tsx";
import {
  type ListedRule,
  listRules,
  RULE_STATES,
  type RuleList,
  type RuleQuery,
} from "./rule_list.ts";
import { RuleTable, type RuleTableProps } from "./RuleTable.tsx";
import { signedIn } from "./signed_in.ts";

const PER_PAGE = 50;

export function rulesPage(parts: PageParts, rules: RuleParts): Hono<Env> {
  const app = new Hono<Env>();
  app.get("/rules", async (c) => {
    const user = signedIn(c);
    if (user instanceof Response) return user;
    const query = queryOf(c);
    const mayPublish = publisher(user, rules);
    // Before the rows: what is written in between comes again, and nothing is missed.
    const { epoch, offset } = await parts.log.head(RULES_CHANNEL);
    const list = await listRules(parts.log, query, {
      perPage: PER_PAGE,
      mayPublish,
    });
    const live: RulePartState = {
      parts: ["book"],
      ruleId: null,
      position: { epoch, offset },
    };
    return renderPage(c, parts, {
      title: "Rules",
      islands: { RulePart: live },
      body: (
        <Rules
          list={list}
          query={query}
          mayWrite={hasRole(user, "facilitator")}
          table={{
            countsOf: (id) => rules.counters.of(id),
            mayPublish,
            now: (parts.now ?? Date.now)(),
            zone: zoneOf(c),
          }}
        />
      ),
    });
  });
  return app;
}

/** Who may publish a draft: a facilitator, and with four eyes none of its authors. */
function publisher(user: User, { fourEyes }: RuleParts) {
  const mayWrite = hasRole(user, "facilitator");
  return ({ hasDraft, draftAuthors }: ListedRule) =>
    mayWrite && hasDraft && !(fourEyes && draftAuthors.includes(user.userId));
}

function queryOf(c: AppContext): RuleQuery {
  const { q = "", show, page } = c.req.query();
  const state = RULE_STATES.find((one) => one === show);
  return {
    words: q.slice(0, 200),
    show: state ?? (show === "waiting" ? "waiting" : "all"),
    page: /^[1-9]\d{0,3}$/.test(page ?? "") ? Number(page) : 1,
  };
}

function addressOf({ words, show, page }: RuleQuery): string {
  const query = new URLSearchParams();
  if (words !== "") query.set("q", words);
  if (show !== "all") query.set("show", show);
  if (page > 1) query.set("page", String(page));
  return query.size > 0 ? `/rules?${query}` : "/rules";
}

interface RulesProps {
  readonly list: RuleList;
  readonly query: RuleQuery;
  readonly mayWrite: boolean;
  readonly table: Omit<RuleTableProps, "items">;
}

function Rules({ list, query, mayWrite, table }: RulesProps) {
  return (
    <Main>
      <div class="intro">
        <h1>Rules</h1>
        {mayWrite && (
          <div class="end">
            <ButtonLink kind="primary" href="/rules/new">New rule</ButtonLink>
          </div>
        )}
      </div>
      <div class="finder">
        <form method="get" action="/rules" role="search">
          <label for="q" class="visually-hidden">Find rules</label>
          <input
            id="q"
            name="q"
            type="search"
            class="input"
            value={query.words}
            maxLength={200}
            placeholder="Name, id, or words of the condition"
          />
          {query.show !== "all" && (
            <input type="hidden" name="show" value={query.show} />
          )}
          <Button type="submit">Find</Button>
        </form>
        <Filter list={list} query={query} />
      </div>
      <section
        class="panel"
        aria-labelledby="book-title"
        data-island="RulePart"
      >
        <h2 id="book-title" class="visually-hidden">Last changed first</h2>
        <div id="book">
          <Waiting list={list} query={query} />
          {list.items.length > 0
            ? <RuleTable items={list.items} {...table} />
            : <Nothing list={list} mayWrite={mayWrite} />}
          <footer class="foot">
            <span>
              {count(list.found, "rule", "rules")}
              {query.words !== "" && ` with “${query.words}”`}
            </span>
            <span>
              Runs, fired, errors and times: evaluations by id since the server
              started
            </span>
          </footer>
          <Pager list={list} query={query} />
        </div>
      </section>
    </Main>
  );
}

const FILTERS = [
  { show: "all", word: "All" },
  { show: "active", word: "In use" },
  { show: "draft", word: "Drafts" },
  { show: "inactive", word: "Not in use" },
  { show: "waiting", word: "Wait for you" },
] as const;

function Filter(
  { list: { counts, waiting }, query }: Omit<RulesProps, "mayWrite" | "table">,
) {
  const all = counts.active + counts.draft + counts.inactive;
  const figures = { ...counts, all, waiting };
  return (
    <nav class="segments" aria-label="Show">
      {FILTERS.filter(({ show }) =>
        show !== "waiting" || waiting > 0 || query.show === show
      ).map(({ show, word }) => (
        <a
          key={show}
          href={addressOf({ ...query, show, page: 1 })}
          aria-current={query.show === show ? "true" : undefined}
        >
          {word} {figures[show]}
        </a>
      ))}
    </nav>
  );
}

function Waiting(
  { list: { waiting }, query }: Omit<RulesProps, "mayWrite" | "table">,
) {
  if (waiting === 0 || query.show === "waiting") return null;
  const verb = waiting === 1 ? "waits" : "wait";
  return (
    <p class="waiting">
      <Badge status="pending">
        {count(waiting, "draft", "drafts")} {verb} for you
      </Badge>
      <span>
        Others wrote {waiting === 1 ? "it" : "them"}; you can publish.{" "}
        <a href={addressOf({ ...query, show: "waiting", page: 1 })}>
          Show {waiting === 1 ? "it" : "them"}
        </a>
      </span>
    </p>
  );
}

function Nothing(
  { list, mayWrite }: Pick<RulesProps, "list" | "mayWrite">,
) {
  const { active, draft, inactive } = list.counts;
  if (active + draft + inactive > 0) {
    return (
      <EmptyState
        title="No rule fits"
        text="None has all of these words in its name, id, description or condition, or none is in this state."
        action={<ButtonLink href="/rules">Show all rules</ButtonLink>}
      />
    );
  }
  return (
    <EmptyState
      title="No rules yet"
      text="A rule says when facts are worth somebody’s attention, and how much. One person writes it, tries it and sees what it would have changed; another publishes it."
      action={mayWrite
        ? <ButtonLink href="/rules/new">Write the first rule</ButtonLink>
        : undefined}
    />
  );
}

function Pager({ list, query }: Omit<RulesProps, "mayWrite" | "table">) {
  const last = Math.ceil(list.found / PER_PAGE);
  if (last <= 1 && query.page === 1) return null;
  const { page } = query;
  return (
    <nav class="pager pad" aria-label="Pages of the list">
      {page > 1 && (
        <ButtonLink
          rel="prev"
          href={addressOf({ ...query, page: page - 1 })}
        >
          Back
        </ButtonLink>
      )}
      {page < last && (
        <ButtonLink
          rel="next"
          href={addressOf({ ...query, page: page + 1 })}
        >
          Further
        </ButtonLink>
      )}
    </nav>
  );
}
