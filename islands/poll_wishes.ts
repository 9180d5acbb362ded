/**
 * What one wants of a poll before its script has come: it is fetched at the first sign of a
 * wish, and the wish is done then. Without it the ballot is sent as the plain form it is.
 */

const SIGNS = ["pointerover", "pointerdown", "focusin"] as const;

/** Hands back the stop. @param load Settles when the script has taken the place over, or cannot. */
export function keepWishes(
  place: Element,
  load: () => Promise<unknown>,
): () => void {
  const stop = new AbortController();
  const { signal } = stop;
  const loaded = () => load().then(() => true, () => false);
  for (const sign of SIGNS) {
    place.addEventListener(sign, () => void loaded(), { signal });
  }
  place.addEventListener("click", ({ target }) => {
    // Links, boxes and dialogs do theirs without a script.
    const button = target instanceof Element &&
      target.closest<HTMLElement>("button.live-only, .live-only button");
    if (!button) return;
    void loaded().then((isThere) => isThere && button.click());
  }, { signal });
  place.addEventListener("submit", (event) => {
    const { target } = event;
    if (!(event instanceof SubmitEvent)) return;
    if (!(target instanceof HTMLFormElement)) return;
    if (!target.matches(".ballot")) return;
    event.preventDefault();
    const { submitter } = event;
    void loaded().then(() => {
      stop.abort();
      target.requestSubmit(submitter);
    });
  }, { signal });
  return () => stop.abort();
}
