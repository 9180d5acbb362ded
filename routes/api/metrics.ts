/** `GET /metrics`: what this node counts, for Prometheus. Figures alone: no names, no channels. */
import { z } from "zod";
import { exposition, EXPOSITION_TYPE } from "../metrics/exposition.ts";
import {
  type MetricSources,
  serverMetrics,
} from "../metrics/server_metrics.ts";
import { publicOperation, type Route } from "./operation.ts";

export const METRICS_PATH = "/metrics";

export function metricsRoute(sources: MetricSources): Route {
  return publicOperation({
    method: "GET",
    path: METRICS_PATH,
    summary: "Gives figures of this node as Prometheus reads them",
    tag: "Operations",
    answers: {
      200: {
        description: "Text, format 0.0.4",
        schema: z.string(),
        mediaType: "text/plain",
      },
    },
    run: async (c) => {
      const text = exposition(await serverMetrics(sources));
      return c.body(text, 200, {
        "Content-Type": EXPOSITION_TYPE,
        "Cache-Control": "no-store",
      });
    },
  });
}
