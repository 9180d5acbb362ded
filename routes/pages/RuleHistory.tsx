/** Every version of a rule, newest first: who wrote it, who published it, what it changed. */
import type {
  KeptRule,
  PublishedVersion,
} from "../../domain/rules/book/kept_rule.ts";
import { Time } from "../../islands/components/Time.tsx";
import type { Zone } from "../../islands/format.ts";
import { RuleDiff } from "./RuleDiff.tsx";

interface When {
  readonly now: number;
  readonly zone: Zone;
}

export function RuleHistory(
  { kept, ...when }: When & { readonly kept: KeptRule },
) {
  const { versions } = kept;
  if (versions.length === 0) {
    return (
      <p class="pad muted">
        Nothing is published yet. Every published version stays here as it was.
      </p>
    );
  }
  return (
    <ol class="versions" reversed>
      {versions.toReversed().map((version) => (
        <Version
          key={version.version}
          version={version}
          before={versions[version.version - 2]}
          inUse={kept.active && version.version === versions.length}
          {...when}
        />
      ))}
    </ol>
  );
}

function Version(
  { version, before, inUse, now, zone }: When & {
    readonly version: PublishedVersion;
    readonly before?: PublishedVersion;
    readonly inUse: boolean;
  },
) {
  const { publishedByName, authorNames, publishedAt, rule } = version;
  const writers = authorNames.length > 0
    ? `, written by ${authorNames.join(", ")}`
    : "";
  return (
    <li>
      <details class="details" open={inUse || undefined}>
        <summary>
          <b>Version {version.version}</b> published by {publishedByName}{" "}
          <Time at={publishedAt} now={now} zone={zone} />
          {writers}
        </summary>
        <RuleDiff before={before?.rule} after={rule} />
      </details>
    </li>
  );
}
