/** Spans through the OpenTelemetry API, which Deno's own exporter sends on (`OTEL_DENO=true`). */
import type { Span, SpanContext } from "@opentelemetry/api";
import type { Tracing } from "./realtime/tracing.ts";

/** Commits whose fan-out is still to come; the oldest are forgotten. */
const MAX_COMMITTED = 10_000;

/**
 * Undefined unless Deno exports: then nothing is imported and nobody is asked for anything.
 *
 * @param otelDeno The variable `OTEL_DENO`.
 */
export async function openTracing(
  otelDeno: string | undefined,
): Promise<Tracing | undefined> {
  if (otelDeno !== "true") return undefined;
  const { context, SpanStatusCode, trace } = await import("@opentelemetry/api");
  const tracer = trace.getTracer("regulens");
  const committed = new Map<string, SpanContext>();
  const end = (span: Span, error?: unknown) => {
    if (error !== undefined) {
      const message = error instanceof Error ? error.name : "failed";
      span.setStatus({ code: SpanStatusCode.ERROR, message });
    }
    span.end();
  };
  return {
    span: (name, attributes, work) =>
      tracer.startActiveSpan(
        name,
        { attributes: { ...attributes } },
        (span) => {
          try {
            const result = work();
            if (result instanceof Promise) {
              result.then(() => end(span), (error) => end(span, error));
            } else end(span);
            return result;
          } catch (error) {
            end(span, error);
            throw error;
          }
        },
      ),
    here: () => {
      const present = context.active();
      return (work) => context.with(present, work);
    },
    committed: (positions) => {
      const present = trace.getActiveSpan()?.spanContext();
      if (present === undefined) return;
      for (const { channel, offset } of positions) {
        committed.set(keyOf(channel, offset), present);
      }
      for (const key of committed.keys()) {
        if (committed.size <= MAX_COMMITTED) break;
        committed.delete(key);
      }
    },
    fannedOut: ({ channel, from, to, subscribers, durationMs }) => {
      const endTime = Date.now();
      // Later: publications may go out before whoever committed them hears of it.
      setTimeout(() => {
        const key = keyOf(channel, to);
        const parent = committed.get(key);
        committed.delete(key);
        const span = tracer.startSpan("fan-out", {
          startTime: endTime - durationMs,
          attributes: {
            "regulens.channel": channel,
            "regulens.publications": to - from + 1,
            "regulens.subscribers": subscribers,
          },
        }, parent && trace.setSpanContext(context.active(), parent));
        span.end(endTime);
      });
    },
  };
}

function keyOf(channel: string, offset: number): string {
  return `${offset} ${channel}`;
}
