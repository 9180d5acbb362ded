/** Decision calculations that would hold up the server, in a thread of their own: a task in, JSON out. */
import { calculate, type DecisionTask } from "./decision_task.ts";

self.onmessage = ({ data }: MessageEvent<DecisionTask>) => {
  self.postMessage(calculate(data));
};
