/** Counts credentials that were presented and not taken: guesses, and cookies that are over. */
import { cookieName, cookieOf, type Identify } from "../auth_identify.ts";
import { isSecure } from "../origin.ts";

export const CREDENTIAL_KINDS = ["ticket", "bearer", "cookie"] as const;
export type CredentialKind = typeof CREDENTIAL_KINDS[number];

export interface CountedIdentify extends Identify {
  /** Since the start; every kind is there. */
  readonly refused: ReadonlyMap<CredentialKind, number>;
}

/** The same answers; a request without any credential is nobody's failure. */
export function countRefused(
  identify: Identify,
  { trustProxy }: { readonly trustProxy: boolean },
): CountedIdentify {
  const refused = new Map(CREDENTIAL_KINDS.map((kind) => [kind, 0]));
  const count = (kind: CredentialKind | undefined) => {
    if (kind) refused.set(kind, (refused.get(kind) ?? 0) + 1);
  };
  return {
    refused,
    request: (request) => {
      const found = identify.request(request);
      if (!found) count(kindOf(request, trustProxy));
      return found;
    },
    handshake: (request) => {
      const found = identify.handshake(request);
      if (!found) {
        const hasTicket = new URL(request.url).searchParams.has("ticket");
        count(hasTicket ? "ticket" : kindOf(request, trustProxy));
      }
      return found;
    },
  };
}

function kindOf(
  request: Request,
  trustProxy: boolean,
): CredentialKind | undefined {
  const header = request.headers.get("authorization")?.trim() ?? "";
  if (/^bearer(\s|$)/i.test(header)) return "bearer";
  const cookie = cookieOf(request, cookieName(isSecure(request, trustProxy)));
  // Signing out leaves an empty one behind.
  return cookie ? "cookie" : undefined;
}
