/** How the program itself is doing: health, readiness, version, figures. */
import { z } from "zod";
import type { Parts } from "../parts.ts";
import { problem } from "../problem.ts";
import { IsoTime, Published, SilentNodes } from "./schemas.ts";
import { isoTime } from "./times.ts";
import { operation, publicOperation, type Route } from "./operation.ts";

const tag = "Operations";

const Status = z.object({ status: z.string() });

const Figures = z.object({
  node: z.string(),
  uptimeMs: z.number(),
  totalConnections: z.int(),
  activeConnections: z.int(),
  authenticatedConnections: z.int(),
  staleConnections: z.int(),
  laggingConnections: z.int(),
  channels: z.int(),
  subscriptions: z.int(),
  messagesReceived: z.int(),
  messagesSent: z.int(),
  publications: z.int(),
  averageLatencyMs: z.number().nullable(),
  deliveryMs: z.object({ p50: z.number(), p99: z.number() }),
  rssBytes: z.int(),
});

const Stats = Figures.extend({
  nodes: z.array(Figures.extend({
    startedAt: IsoTime,
    ackLevel: Published.shape.level,
    loopLagMs: z.number().meta({ description: "The worst of the last 10 s" }),
  })).meta({ description: "Every node that answers, this one first" }),
  silentNodes: SilentNodes,
});

export function systemRoutes(
  { hub, reach, log, version }: Pick<
    Parts,
    "hub" | "reach" | "log" | "version"
  >,
): readonly Route[] {
  return [
    publicOperation({
      method: "GET",
      path: "/healthz",
      summary: "Answers while the process lives",
      tag,
      answers: { 200: { description: "Alive", schema: Status } },
      run: (c) => c.json({ status: "ok" }),
    }),
    publicOperation({
      method: "GET",
      path: "/readyz",
      summary: "Tells whether to send traffic here",
      tag,
      answers: {
        200: { description: "Ready", schema: Status },
        503: { description: "Draining, or the log cannot write" },
      },
      run: (c) => {
        if (!hub.draining && log.writable()) return c.json({ status: "ready" });
        const detail = hub.draining
          ? "Cannot take requests: draining"
          : "Cannot take requests: the log cannot write";
        return problem(c, { code: "unavailable", detail });
      },
    }),
    publicOperation({
      method: "GET",
      path: "/version",
      summary: "Names the version of the program and of the protocol",
      tag,
      answers: {
        200: {
          description: "Versions",
          schema: z.object({ version: z.string(), protocol: z.literal(1) }),
        },
      },
      run: (c) => c.json({ version, protocol: 1 }),
    }),
    operation({
      method: "GET",
      path: "/api/v1/stats",
      summary: "Figures of this node, and of every node",
      tag,
      action: "see_stats",
      input: {},
      answers: { 200: { description: "Figures", schema: Stats } },
      run: async ({ c }) => {
        const { nodes: [here, ...others], silent } = await reach.nodes();
        const {
          startedAt: _at,
          ackLevel: _level,
          loopLagMs: _lag,
          ...figures
        } = here;
        const nodes = [here, ...others].map((one) => ({
          ...one,
          startedAt: isoTime(one.startedAt),
        }));
        return c.json({ ...figures, nodes, silentNodes: silent });
      },
    }),
  ];
}
