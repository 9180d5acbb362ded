/// <reference lib="deno.worker" />
/** Draws the weights of SMAA in a thread of its own: one input in, one result out. */
import { acceptability, type SmaaInput } from "../../domain/decisions/smaa.ts";

self.onmessage = ({ data }: MessageEvent<SmaaInput>) => {
  self.postMessage(acceptability(data));
};
