/** Whether a channel is still what was written: checking it here, and without this server. */
import { Banner } from "../../islands/components/Banner.tsx";
import { Button } from "../../islands/components/Button.tsx";
import { Field } from "../../islands/components/Field.tsx";
import { Panel } from "../../islands/components/Panel.tsx";
import { count } from "../../islands/format.ts";
import type { Position, Verification } from "../../realtime/log/log.ts";
import { WHAT_IS_WRONG } from "./audit_words.ts";

/** What a check found. */
export interface Checked extends Pick<Verification, "ok" | "count"> {
  /** Empty when all of them were checked. */
  readonly channel: string;
  readonly head: Position | undefined;
  /** Without the place where that is not theirs to know. */
  readonly firstBad?: Pick<NonNullable<Verification["firstBad"]>, "reason"> & {
    readonly channel?: string;
    readonly offset?: number;
  };
}

export interface AuditCheckProps {
  readonly channel: string;
  /** Channels to suggest. */
  readonly channels: readonly string[];
  /** May check all of them at once. */
  readonly mayAll: boolean;
  /** May read what the channel holds, and so take it along. */
  readonly mayExport: boolean;
  readonly publicKey: string | null;
}

export function AuditCheck(props: AuditCheckProps) {
  const { channel, mayExport } = props;
  return (
    <>
      <Panel id="check" title="Is it still what was written?">
        <form
          method="post"
          action="/audit/verify"
          class="form pad"
          autocomplete="off"
        >
          <Field
            id="check-channel"
            label="Channel"
            hint={props.mayAll
              ? "Left empty, all of them are checked."
              : undefined}
          >
            <input
              id="check-channel"
              name="channel"
              class="input mono"
              list="channels"
              value={channel}
              maxLength={256}
              required={!props.mayAll}
              aria-describedby={props.mayAll ? "check-channel-hint" : undefined}
            />
          </Field>
          <datalist id="channels">
            {props.channels.map((one) => <option key={one} value={one} />)}
          </datalist>
          <div class="row-form">
            <Button kind="primary" type="submit">Verify</Button>
            {channel && mayExport && (
              <a
                class="button"
                href={`/api/v1/audit/export?${new URLSearchParams({
                  channel,
                })}`}
                download
              >
                Export this channel
              </a>
            )}
          </div>
          {channel
            ? !mayExport && (
              <p class="muted">
                You see who did what here. What was said belongs to its own
                people, so only they export it.
              </p>
            )
            : (
              <p class="muted">
                Follow a channel to export it: one file with every entry and its
                proof.
              </p>
            )}
        </form>
      </Panel>
      <Offline publicKey={props.publicKey} />
    </>
  );
}

function Offline({ publicKey }: Pick<AuditCheckProps, "publicKey">) {
  return (
    <Panel id="offline" title="How to check it offline">
      <div class="pad offline">
        <p>An export verifies without this server, in either way:</p>
        <ol>
          <li>
            In a browser: <a href="/audit/verifier">take the verifier along</a>
            {" "}
            and open it from disk, without network. It is one file.
          </li>
          <li>
            On the command line:
            <pre tabIndex={0}><code>deno task verify FILE [KEY]</code></pre>
          </li>
        </ol>
        {publicKey !== null && (
          <>
            <p>
              The key that seals exports. Note it where this server cannot
              write, and give it to either of them:
            </p>
            <p class="mono key">{publicKey}</p>
          </>
        )}
      </div>
    </Panel>
  );
}

export function Verdict({ checked }: { readonly checked: Checked }) {
  const { ok, channel, head, firstBad } = checked;
  const what = channel === "" ? "All channels" : channel;
  const verb = channel === "" ? "verify" : "verifies";
  const entries = count(checked.count, "entry", "entries");
  if (ok) {
    return (
      <Banner kind="ok">
        <b>{what}</b> {verb}: {entries}{" "}
        checked, every hash follows from the one before it.{head && (
          <Head head={head} />
        )}
      </Banner>
    );
  }
  return (
    <Banner kind="bad">
      <b>{what}</b> {channel === "" ? "do" : "does"} not verify: {firstBad && (
        <>
          {firstBad.offset === undefined
            ? "what was signed for does not hold"
            : (
              <>
                the first bad entry is{" "}
                <b>{firstBad.channel}#{firstBad.offset}</b>,{" "}
                {WHAT_IS_WRONG[firstBad.reason]}
              </>
            )}
          . Trust nothing from there on.{" "}
        </>
      )}
      {entries} checked.{head && <Head head={head} />}
    </Banner>
  );
}

function Head({ head: { offset, hash } }: { readonly head: Position }) {
  return (
    <>
      {" "}Head: <span class="mono">#{offset} {hash}</span>
    </>
  );
}
