/** What the server has made stays as it stands, until a script that comes later takes it over. */

/**
 * For `dangerouslySetInnerHTML` of an element that is taken over: what stands in it is kept,
 * and the same again changes nothing.
 */
export const AS_MADE = { __html: "" } as const;

/** A page that is never idle gets what comes late all the same. */
const IDLE_WITHIN_MS = 2_000;

/** Once the page has everything that it is made of, and nothing else is to be done. */
export function onceIdle(then: () => void): void {
  const wait = () => {
    // Safari has no word for it.
    if (typeof requestIdleCallback === "undefined") setTimeout(then, 0);
    else requestIdleCallback(then, { timeout: IDLE_WITHIN_MS });
  };
  if (document.readyState === "complete") wait();
  else addEventListener("load", wait, { once: true });
}
