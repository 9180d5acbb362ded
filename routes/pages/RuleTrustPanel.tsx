/** On a rule's page: how far it can be trusted, what moved that, and its newest results to judge. */
import { IntervalBar } from "../../islands/charts/IntervalBar.tsx";
import { Badge } from "../../islands/components/Badge.tsx";
import { Panel } from "../../islands/components/Panel.tsx";
import { Time } from "../../islands/components/Time.tsx";
import { LEARNING_CHANNEL } from "../../domain/learning/feedback_command.ts";
import type { Zone } from "../../islands/format.ts";
import { RESULT_LOOKS } from "../../islands/rule_words.ts";
import { ChangeList } from "./LearningChanges.tsx";
import type { JudgedResult, RuleTrust } from "./rule_trust.ts";
import { TrustWords } from "./TrustWords.tsx";
import { WasItRight } from "./WasItRight.tsx";

export interface RuleTrustPanelProps {
  readonly name: string;
  readonly trust: RuleTrust;
  readonly messageId: string;
  readonly now: number;
  readonly zone: Zone;
}

export function RuleTrustPanel(props: RuleTrustPanelProps) {
  const { trust, name, messageId, now, zone } = props;
  const { learned, changes, whole, results, since } = trust;
  return (
    <Panel id="trust" title="How far it can be trusted">
      <div
        id="trusted"
        data-island="LivePart"
        data-types="LEARNING_FEEDBACK"
        data-channel={LEARNING_CHANNEL}
        data-since={since}
      >
        <div class="pad">
          {learned
            ? (
              <>
                <IntervalBar
                  mean={learned.mean}
                  interval={learned.interval95}
                  isVague={learned.tooFew}
                />
                <p class="rule-trust-words">
                  <TrustWords trust={learned} />
                </p>
              </>
            )
            : (
              <p class="muted">
                Nobody has said yet whether it was right. From ten labels on one
                can begin to judge it.
              </p>
            )}
          <WasItRight
            asked={whole}
            name={name}
            question="Is it right, as a whole?"
            messageId={messageId}
          />
        </div>
        {results.length > 0 && (
          <>
            <h3 class="rule-trust-title">Its newest results</h3>
            <ol class="rule-trust-results">
              {results.map((one) => (
                <Result key={one.href} {...props} result={one} />
              ))}
            </ol>
          </>
        )}
        {changes.length > 0 && (
          <>
            <h3 class="rule-trust-title">What moved it</h3>
            <ChangeList changes={changes} now={now} zone={zone} />
          </>
        )}
      </div>
    </Panel>
  );
}

function Result(
  { result: { title, href, at, result, asked }, messageId, now, zone }:
    & Pick<RuleTrustPanelProps, "messageId" | "now" | "zone">
    & { readonly result: JudgedResult },
) {
  const { status, word } = RESULT_LOOKS[result];
  return (
    <li>
      <p>
        <Badge status={status}>{word}</Badge> <a href={href}>{title}</a>{" "}
        <Time at={at} now={now} zone={zone} />
      </p>
      <WasItRight asked={asked} name={title} messageId={messageId} />
    </li>
  );
}
