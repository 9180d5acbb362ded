/** The last net: what nobody caught is logged and counted, and the process goes on. */
import { assertEquals } from "@std/assert";
import { catchFaults } from "../faults.ts";
import { SILENT } from "../realtime/logger.ts";

Deno.test("[P7] an unhandled rejection and an uncaught error are logged and counted", async () => {
  const logged = Promise.withResolvers<void>();
  const messages: string[] = [];
  const faults = catchFaults({
    ...SILENT,
    error: (message) => {
      messages.push(message);
      if (messages.length === 2) logged.resolve();
    },
  });
  Promise.reject(new Error("nobody waits for this"));
  queueMicrotask(() => {
    throw new Error("nobody catches this");
  });
  await logged.promise;
  assertEquals(messages.sort(), ["uncaught error", "unhandled rejection"]);
  assertEquals(faults.count(), 2);
  faults.stop();
});
