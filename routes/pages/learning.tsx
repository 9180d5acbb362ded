/** How far rules can be trusted, what changed that and who said so, and weights that are proposed. */
import { Hono } from "hono";
import { hasRole } from "../../domain/access.ts";
import { LEARNING_CHANNEL } from "../../domain/learning/feedback_command.ts";
import { Banner } from "../../islands/components/Banner.tsx";
import { ButtonLink } from "../../islands/components/Button.tsx";
import { EmptyState } from "../../islands/components/EmptyState.tsx";
import { Panel } from "../../islands/components/Panel.tsx";
import { count, type Zone } from "../../islands/format.ts";
import type { User } from "../../realtime/user.ts";
import type { AppContext, Env } from "../env.ts";
import type { LearningReading } from "../learning_reading.ts";
import { CalibrationPanel } from "./CalibrationPanel.tsx";
import { FeedbackForm } from "./FeedbackForm.tsx";
import { Main } from "./layout.tsx";
import { LearnedTable } from "./LearnedTable.tsx";
import { actOn, type SentForm } from "./learning_forms.ts";
import { LearningChanges } from "./LearningChanges.tsx";
import { LearningList, type LearningPage } from "./learning_list.ts";
import type { PageParts } from "./page_parts.ts";
import { ProposalList, ProposeForm } from "./ProposalList.tsx";
import { zoneOf } from "./reader_zone.ts";
import { renderPage } from "./render.tsx";
import { saidRoute } from "./said.ts";
import { signedIn } from "./signed_in.ts";

const DONE: Readonly<Record<string, string>> = {
  feedback: "Counted. The belief below already has it.",
  propose: "Proposed. Somebody it does not rest on accepts or rejects it.",
  accept:
    "Accepted. The weights are there to be taken up; nothing else changes.",
  reject: "Rejected. Nothing changes by it.",
};

export interface LearningPageParts {
  readonly reading: LearningReading;
  /** Whether a proposal is settled by another than those it rests on. */
  readonly fourEyes: boolean;
}

export function learningPage(
  parts: PageParts,
  learning: LearningPageParts,
): Hono<Env> {
  const app = new Hono<Env>();
  app.route("/", saidRoute(parts));
  app.get("/learning", async (c) => {
    const user = signedIn(c);
    if (user instanceof Response) return user;
    return await show(c, parts, { ...learning, user });
  });
  for (const form of ["feedback", "propose", "settle"] as const) {
    app.post(`/learning/${form}`, async (c) => {
      const user = signedIn(c);
      if (user instanceof Response) return user;
      const outcome = await actOn(c, parts, { form, user });
      if (outcome.state === "done") {
        return c.redirect(`/learning?done=${outcome.done}`, 303);
      }
      return await show(c, parts, { ...learning, user, sent: outcome.sent });
    });
  }
  return app;
}

interface Showing extends LearningPageParts {
  readonly user: User;
  /** What was sent and refused. */
  readonly sent?: SentForm;
}

async function show(
  c: AppContext,
  parts: PageParts,
  { reading, fourEyes, user, sent }: Showing,
): Promise<Response> {
  // Before the rows: what is written in between comes again, and nothing is missed.
  const { epoch, offset } = await parts.log.head(LEARNING_CHANNEL);
  const { cursor, done = "" } = c.req.query();
  const page = await new LearningList(parts.log, reading, user).page(cursor);
  return renderPage(c, parts, {
    title: "Learning",
    status: sent?.refused.status,
    islands: { LivePart: {} },
    body: (
      <Learning
        page={page}
        user={user}
        fourEyes={fourEyes}
        since={`${epoch} ${offset}`}
        isFirst={!cursor}
        done={sent ? undefined : DONE[done]}
        sent={sent}
        messageId={(parts.newId ?? (() => crypto.randomUUID()))()}
        now={(parts.now ?? Date.now)()}
        zone={zoneOf(c)}
      />
    ),
  });
}

interface LearningProps {
  readonly page: LearningPage;
  readonly user: User;
  readonly fourEyes: boolean;
  readonly since: string;
  readonly isFirst: boolean;
  readonly done: string | undefined;
  readonly sent: SentForm | undefined;
  readonly messageId: string;
  readonly now: number;
  readonly zone: Zone;
}

function Learning(props: LearningProps) {
  const { page, user, fourEyes, since, done, sent, messageId } = props;
  const mayPropose = hasRole(user, "facilitator");
  return (
    <Main>
      <div class="intro">
        <h1>Learning</h1>
        <p class="muted">
          People say whether a rule was right; from that follows how far it can
          be trusted. Nothing changes by itself.
        </p>
      </div>
      {done && <Banner kind="ok">{done}</Banner>}
      {sent?.refused.message && (
        <Banner kind="bad">{sent.refused.message}</Banner>
      )}
      <div class="two learning">
        <div
          id="learned"
          class="stack"
          data-island="LivePart"
          data-types="LEARNING_FEEDBACK"
          data-channel={LEARNING_CHANNEL}
          data-since={since}
        >
          <Trust {...props} />
          <LearningChanges {...props} changes={page.changes} />
          <CalibrationPanel
            calibration={page.calibration}
            isAll={props.isFirst && page.nextCursor === null}
          />
          {page.decisions.length > 0 && (
            <Panel id="decisions" title="Decisions, by how they came out">
              <LearnedTable
                {...props}
                label="Decisions and whether they were right"
                rows={page.decisions}
              />
            </Panel>
          )}
        </div>
        <div class="stack">
          <FeedbackForm
            rules={page.offered.rules}
            mayGive={hasRole(user, "member")}
            messageId={messageId}
            sent={sent?.form === "feedback" ? sent : undefined}
          />
          <div
            id="proposals-part"
            data-island="LivePart"
            data-types="LEARNING_FEEDBACK"
          >
            <Panel
              id="proposals"
              title="Proposed weights"
              end={count(page.proposals.length, "proposal", "proposals")}
            >
              <ProposalList
                {...props}
                proposals={page.proposals}
                fourEyes={fourEyes}
                maySettle={mayPropose}
              />
            </Panel>
          </div>
          {mayPropose && (
            <ProposeForm
              decisions={page.offered.decisions}
              messageId={messageId}
            />
          )}
        </div>
      </div>
    </Main>
  );
}

function Trust(props: LearningProps) {
  const { page: { rules, nextCursor }, isFirst } = props;
  return (
    <Panel
      id="trust"
      title="How far rules can be trusted"
      end="mean and 95 % interval"
    >
      {rules.length > 0
        ? (
          <LearnedTable
            {...props}
            label="Rules and how far they can be trusted"
            rows={rules}
          />
        )
        : (
          <EmptyState
            title="Nobody has said anything yet"
            text="A rule learns from people: say whether it was right, here or where its results are shown. From ten labels on one can begin to judge it."
            action={
              <ButtonLink href={isFirst ? "#feedback" : "/learning"}>
                {isFirst ? "Say whether a rule was right" : "From the start"}
              </ButtonLink>
            }
          />
        )}
      {rules.length > 0 && (
        <p class="foot">
          <span>
            Older labels fade by 2 % with each new one: together they never
            count as more than 50
          </span>
        </p>
      )}
      {(nextCursor !== null || !isFirst) && (
        <nav class="pager pad" aria-label="Pages of the list">
          {!isFirst && <ButtonLink href="/learning">From the start</ButtonLink>}
          {nextCursor !== null && (
            <ButtonLink
              rel="next"
              href={`/learning?cursor=${encodeURIComponent(nextCursor)}`}
            >
              Further
            </ButtonLink>
          )}
        </nav>
      )}
    </Panel>
  );
}
