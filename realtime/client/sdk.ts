/** What `/static/sdk.js` exports: the client for pages and programs that are not ours. */
export { createBrowserClient, freshId } from "./browser.ts";
export { keepPositions, recallPosition } from "./positions.ts";
export { MessageRefused } from "./message_refused.ts";
