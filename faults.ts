/** The last net: an error that nobody caught is logged and counted, the process goes on. */
import type { Logger } from "./realtime/logger.ts";

/**
 * Listens for uncaught errors and rejections. A fault in one request must not end the
 * connections of everybody else.
 */
export function catchFaults(
  logger: Logger,
): { readonly count: () => number; readonly stop: () => void } {
  let count = 0;
  const onError = (event: ErrorEvent) => {
    event.preventDefault();
    count++;
    logger.error("uncaught error", { error: event.error ?? event.message });
  };
  const onRejection = (event: PromiseRejectionEvent) => {
    event.preventDefault();
    count++;
    logger.error("unhandled rejection", { error: event.reason });
  };
  globalThis.addEventListener("error", onError);
  globalThis.addEventListener("unhandledrejection", onRejection);
  return {
    count: () => count,
    stop: () => {
      globalThis.removeEventListener("error", onError);
      globalThis.removeEventListener("unhandledrejection", onRejection);
    },
  };
}
