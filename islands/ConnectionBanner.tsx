/** A bar at the foot of the page while the connection stays away: it moves nothing else. */
import type { ConnectionModel } from "./connection_model.ts";
import { Icon } from "./icon.tsx";

export function ConnectionBanner(
  { model }: { readonly model: ConnectionModel },
) {
  const text = model.banner.value;
  const { state, deniedBy, queued } = model.view.value;
  return (
    <div class="banner" hidden={text === undefined}>
      <Icon name="warn" />
      <p>
        {text}
        {queued > 0 && ` ${queued} waiting to be sent.`}
      </p>
      {deniedBy === "signed_out"
        ? <a class="button small" href={signInHere()}>Sign in</a>
        : state === "reconnecting" || state === "offline" || state === "denied"
        ? (
          <button type="button" class="button small" onClick={model.retry}>
            Retry now
          </button>
        )
        : null}
    </div>
  );
}

/** The sign-in page that leads back here. */
function signInHere(): string {
  return `/login?next=${encodeURIComponent(location.pathname)}`;
}
