/**
 * In the chip's popover: measured latency, positions, and what support would ask for. Its
 * script comes once the page stands, or when the popover is opened before that.
 */
import { useSignal } from "@preact/signals";
import { hydrate, render } from "preact";
import type { ConnectionView } from "../realtime/client/connection_state.ts";
import { ROUND_TRIPS } from "../realtime/client/latency.ts";
import { type ConnectionModel, stillConnecting } from "./connection_model.ts";
import { describe, milliseconds } from "./connection_words.ts";

export function ConnectionDetails(
  { model }: { readonly model: ConnectionModel },
) {
  const view = model.view.value;
  const { label, sentence } = describe(view, model.now.value);
  const { medianMs, p95Ms, samples } = view.latency;
  const away = view.state === "reconnecting" || view.state === "offline" ||
    view.state === "denied";
  return (
    <>
      <h2 id="connection-title">{label}</h2>
      <p class="muted">{sentence}</p>
      {samples.length > 1 && <Sparkline samples={samples} />}
      <dl class="pairs">
        <dt>Round trip, median</dt>
        <dd>
          {medianMs === undefined ? "not measured" : milliseconds(medianMs)}
        </dd>
        <dt>95 of 100 within</dt>
        <dd>{p95Ms === undefined ? "not measured" : milliseconds(p95Ms)}</dd>
        <dt>Measured</dt>
        <dd>{samples.length} of the last {ROUND_TRIPS} heartbeats</dd>
        <dt>Waiting to be sent</dt>
        <dd>{view.queued}</dd>
        <dt>Node</dt>
        <dd class="mono">{view.node ?? "none"}</dd>
        <dt>Connection</dt>
        <dd class="mono">{view.connectionId ?? "none"}</dd>
        {view.transport && <dt>Transport</dt>}
        {view.transport && <dd>{transportWords(view.transport)}</dd>}
      </dl>
      {view.positions.length > 0 && (
        <dl class="pairs channels">
          {view.positions.map(({ channel, offset }) => [
            <dt key={channel} class="mono">{channel}</dt>,
            <dd key={`${channel} offset`}>entry {offset}</dd>,
          ])}
        </dl>
      )}
      <div class="actions">
        {away && (
          <button type="button" class="button small" onClick={model.retry}>
            Retry now
          </button>
        )}
        <CopyDiagnostics view={view} />
      </div>
    </>
  );
}

function transportWords(transport: string): string {
  return transport === "sse"
    ? "Server-sent events: this network blocks WebSockets"
    : "WebSocket";
}

/** Goes on from what the server has made of it. */
export function showDetails(place: Element, model: ConnectionModel): void {
  hydrate(<ConnectionDetails model={stillConnecting()} />, place);
  render(<ConnectionDetails model={model} />, place);
}

function CopyDiagnostics({ view }: { readonly view: ConnectionView }) {
  const copied = useSignal("Copy diagnostics");
  const copy = async () => {
    const text = JSON.stringify(diagnosticsOf(view), null, 2);
    try {
      await navigator.clipboard.writeText(text);
      copied.value = "Copied";
    } catch {
      copied.value = "The browser does not allow copying";
    }
  };
  return (
    <button type="button" class="button small" onClick={copy}>{copied}</button>
  );
}

/** Everything of the view; no names and nothing anyone wrote. */
function diagnosticsOf(view: ConnectionView) {
  return {
    ...view,
    online: navigator.onLine,
    userAgent: navigator.userAgent,
    at: new Date().toISOString(),
  };
}

const WIDTH = 100;
const HEIGHT = 24;

/** The last round trips, oldest left, from zero up; the list of figures is the text beside it. */
function Sparkline({ samples }: { readonly samples: readonly number[] }) {
  const top = Math.max(1, ...samples);
  const points = samples.map((ms, n) => {
    const x = n / (ROUND_TRIPS - 1) * WIDTH;
    return `${x.toFixed(1)},${
      (HEIGHT - ms / top * (HEIGHT - 4) - 2).toFixed(1)
    }`;
  });
  const figures = samples.map(milliseconds).join(", ");
  return (
    <svg
      class="spark"
      viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
      preserveAspectRatio="none"
      role="img"
      aria-label={`Last round trips: ${figures}`}
    >
      <path class="track" d={`M0 ${HEIGHT - 0.5}H${WIDTH}`} />
      <polyline
        class="line"
        points={points.join(" ")}
        vector-effect="non-scaling-stroke"
      />
    </svg>
  );
}
