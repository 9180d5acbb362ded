/** The demo where one arrives: an offer to load it while nothing is here, a way to remove it afterwards. */
import { Button } from "../../islands/components/Button.tsx";
import type { User } from "../../realtime/user.ts";
import type { Demo } from "../demo/demo.ts";
import { demoSessionIds } from "../demo/demo_places.ts";

/** What there is to do about it; undefined says nothing. */
export type DemoOffer =
  | { readonly kind: "load" | "resume" | "finish_removal" }
  | {
    readonly kind: "loaded";
    readonly openSessionId: string;
    readonly mayRemove: boolean;
  }
  | undefined;

export type OfferedDemo = Pick<
  Demo,
  "isEmpty" | "load" | "mayLoad" | "mayRemove" | "remove" | "status"
>;

export async function offerOf(
  demo: OfferedDemo | undefined,
  user: User,
): Promise<DemoOffer> {
  if (demo === undefined) return undefined;
  const { stage } = await demo.status();
  const mayRemove = demo.mayRemove(user);
  switch (stage.stage) {
    case "none": {
      const isOffered = await demo.isEmpty() && await demo.mayLoad(user);
      return isOffered ? { kind: "load" } : undefined;
    }
    case "started":
      return { kind: "resume" };
    case "removing":
      return mayRemove ? { kind: "finish_removal" } : undefined;
    case "loaded": {
      const [, openSessionId] = demoSessionIds(stage.plan);
      return { kind: "loaded", openSessionId, mayRemove };
    }
  }
}

/** Says it in one sentence, with the form that does it. */
export function DemoOfferPart({ offer }: { readonly offer: DemoOffer }) {
  if (offer === undefined) return null;
  switch (offer.kind) {
    case "load":
      return <Invitation again={false} />;
    case "resume":
      return <Invitation again />;
    case "finish_removal":
      return (
        <div class="demo-offer demo-there">
          <p>The demo is only partly removed.</p>
          <RemoveForm label="Go on removing it" />
        </div>
      );
    case "loaded":
      return (
        <div class="demo-offer demo-there">
          <p>
            The demo is loaded.{" "}
            <a href={`/sessions/${offer.openSessionId}`}>
              Open its live session
            </a>: the people in it act while you watch.
          </p>
          {offer.mayRemove && <RemoveForm label="Remove the demo" />}
        </div>
      );
  }
}

function Invitation({ again }: { readonly again: boolean }) {
  return (
    <section class="demo-offer" aria-labelledby="demo-offer">
      <div>
        <h2 id="demo-offer">
          {again ? "The demo is half loaded" : "See it at work first"}
        </h2>
        <p>
          A compliance case with six rules, forty alerts, one decided session
          and one open one, where simulated people act while you watch. It is
          marked as demo and can be removed.
        </p>
      </div>
      <form method="post" action="/demo/load">
        <Button kind="primary" type="submit">
          {again ? "Load the rest" : "Load the demo"}
        </Button>
      </form>
    </section>
  );
}

function RemoveForm({ label }: { readonly label: string }) {
  return (
    <form method="post" action="/demo/remove">
      <Button small type="submit">{label}</Button>
    </form>
  );
}
