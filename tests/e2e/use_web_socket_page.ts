/** A component with useWebSocket, as an application would write it; runs in the browser. */
import { h, render } from "preact";
import { useWebSocket } from "../../realtime/client/use_web_socket.ts";

function Probe({ userId }: { readonly userId: string }) {
  const { isConnected, latencyMs, broadcast, on } = useWebSocket(userId, {
    channels: ["topic:probe"],
    onMessage: ({ type }) => log(`message ${type}`),
  });
  return h(
    "button",
    {
      id: "probe",
      onClick: async () => {
        on("BROADCAST", ({ payload }) => log(`heard ${payload}`));
        const { offset } = await broadcast("topic:probe", "hello");
        log(`acknowledged ${offset}`);
      },
    },
    isConnected.value ? `connected ${typeof latencyMs.value}` : "not connected",
  );
}

function log(line: string): void {
  const item = document.createElement("li");
  item.textContent = line;
  document.getElementById("probe-log")?.append(item);
}

/** `detail` is the user; without one the component is taken away. */
document.addEventListener("show", (event) => {
  const root = document.getElementById("probe-root");
  const userId = event instanceof CustomEvent ? event.detail : undefined;
  if (root) render(userId ? h(Probe, { userId }) : null, root);
});
