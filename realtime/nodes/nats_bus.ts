/**
 * The bus over NATS: messages go by its server; leases stay in the store that the nodes share,
 * because only there a node that comes knows at once of everybody who holds one.
 */
import { SILENT } from "../logger.ts";
import { systemAfter } from "../timer.ts";
import type { Bus } from "./bus.ts";
import { FrameReader, framesOf } from "./nats_frames.ts";
import { NatsLink } from "./nats_link.ts";
import type { Leases } from "./node_lease.ts";
import { type BusSettings, RelayedBus } from "./relayed_bus.ts";

export interface NatsBusOptions extends BusSettings {
  /** See {@linkcode NatsLink.open}. */
  readonly url: string;
  /** Name of what the nodes share, letters and digits: others may use the same server. */
  readonly house: string;
  readonly leases: Leases;
  /** Called when it is closed, after the lease was given back. */
  readonly onClose?: () => Promise<void>;
}

/** Joins the other nodes of the house. @throws when NATS or the leases cannot be reached */
export async function openNatsBus(
  { url, house, leases, onClose, ...settings }: NatsBusOptions,
): Promise<Bus> {
  const { node, after = systemAfter, logger = SILENT } = settings;
  const frames = new FrameReader();
  const subject = (to: string | null) =>
    `regulens.${house}.${to === null ? "all" : `to.${to}`}`;
  // First: messages come as soon as there is a link. It sends nothing before it is started.
  const bus = new RelayedBus({
    send: async (batch) => {
      const { maxBytes } = link;
      for (const { to, parts } of framesOf(batch, { node, maxBytes })) {
        for (const part of parts) link.publish(subject(to), part);
      }
      await link.flush();
    },
    leases,
    close: async () => {
      await link.close();
      await onClose?.();
    },
  }, settings);
  const link = await NatsLink.open(url, {
    subjects: [subject(null), subject(node)],
    after,
    logger,
    onMessage: (payload) => {
      const frame = frames.read(payload);
      for (const message of frame?.messages ?? []) {
        bus.take(frame?.from ?? "", message);
      }
    },
    onBack: () => bus.lost(),
  });
  try {
    await bus.start();
  } catch (error) {
    await link.close();
    throw error;
  }
  return bus;
}
