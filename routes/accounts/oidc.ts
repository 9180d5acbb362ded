/**
 * Signing in with an OpenID Connect provider: authorization code with PKCE, state and nonce
 * (OpenID Connect Core 1.0, RFC 7636, RFC 9700). What is checked here is who vouches, for
 * whom, to whom and for which sign-in; who may then do what is `oidc_roles.ts`.
 */
import * as client from "openid-client";
import type { RoleName } from "../../domain/decider.ts";
import { RealtimeError } from "../../realtime/realtime_error.ts";
import { type RoleMap, roleOfClaims } from "./oidc_roles.ts";
import { oidcUserId } from "./oidc_user_id.ts";

/** The provider answers in this time, or is taken as not reachable. */
const TIMEOUT_S = 10;

export interface OidcOptions {
  readonly issuer: string;
  readonly clientId: string;
  /** Absent: a public client, which PKCE protects alone. */
  readonly clientSecret?: string;
  readonly roleClaim: string;
  readonly roles: RoleMap;
  /** @default the platform's */
  readonly fetch?: client.CustomFetch;
}

/** What the browser keeps while its user is at the provider. */
export interface Transaction {
  readonly state: string;
  readonly nonce: string;
  readonly verifier: string;
  readonly redirectUri: string;
  /** Where to go afterwards; one of our own paths. */
  readonly next: string;
}

export interface Admitted {
  readonly userId: string;
  readonly name: string;
  readonly role: RoleName;
}

/** Why somebody cannot be let in; the reason is for the log, not for them. */
export class OidcRefusal extends Error {
  override readonly name = "OidcRefusal";
  constructor(
    readonly reason: "not_admitted" | "refused",
    options?: ErrorOptions,
  ) {
    super(`Cannot sign in with the provider: ${reason}`, options);
  }
}

export class Oidc {
  readonly #options: OidcOptions;
  #found: Promise<client.Configuration> | undefined;

  constructor(options: OidcOptions) {
    this.#options = options;
  }

  /** Name of the provider, as people know it. */
  get provider(): string {
    return new URL(this.#options.issuer).hostname;
  }

  /** Where to send the browser, and what it keeps meanwhile. @throws {RealtimeError} */
  async begin(
    redirectUri: string,
    next: string,
  ): Promise<{ readonly url: URL; readonly transaction: Transaction }> {
    const configuration = await this.#configuration();
    const verifier = client.randomPKCECodeVerifier();
    const state = client.randomState();
    const nonce = client.randomNonce();
    const url = client.buildAuthorizationUrl(configuration, {
      redirect_uri: redirectUri,
      scope: "openid profile",
      code_challenge: await client.calculatePKCECodeChallenge(verifier),
      code_challenge_method: "S256",
      state,
      nonce,
    });
    return { url, transaction: { state, nonce, verifier, redirectUri, next } };
  }

  /**
   * Takes the provider's answer.
   *
   * @param query What the browser came back with.
   * @throws {OidcRefusal} @throws {RealtimeError} `unavailable`
   */
  async finish(query: string, transaction: Transaction): Promise<Admitted> {
    const configuration = await this.#configuration();
    const { state, nonce, verifier, redirectUri } = transaction;
    const current = new URL(redirectUri);
    current.search = query;
    const claims = await client.authorizationCodeGrant(configuration, current, {
      expectedState: state,
      expectedNonce: nonce,
      pkceCodeVerifier: verifier,
      idTokenExpected: true,
    }).then((tokens) => tokens.claims()).catch((cause) => {
      throw new OidcRefusal("refused", { cause });
    });
    if (claims === undefined) throw new OidcRefusal("refused");
    const { roleClaim, roles } = this.#options;
    const role = roleOfClaims(claims, roleClaim, roles);
    if (role === undefined) throw new OidcRefusal("not_admitted");
    return {
      userId: oidcUserId(claims.sub),
      name: nameIn(claims),
      role,
    };
  }

  /** Where the browser signs out at the provider too; undefined where that is not offered. */
  async endUrl(returnTo: string): Promise<URL | undefined> {
    const configuration = await this.#configuration();
    const { end_session_endpoint } = configuration.serverMetadata();
    return end_session_endpoint === undefined
      ? undefined
      : client.buildEndSessionUrl(configuration, {
        post_logout_redirect_uri: returnTo,
      });
  }

  /** Asked once; after a failure, again. */
  async #configuration(): Promise<client.Configuration> {
    this.#found ??= this.#discover();
    const found = this.#found;
    try {
      return await found;
    } catch (cause) {
      if (this.#found === found) this.#found = undefined;
      throw new RealtimeError(
        "unavailable",
        "Cannot reach the provider that people sign in with",
        { cause },
      );
    }
  }

  async #discover(): Promise<client.Configuration> {
    const { issuer, clientId, clientSecret, fetch } = this.#options;
    const server = new URL(issuer);
    return await client.discovery(
      server,
      clientId,
      undefined,
      clientSecret === undefined
        ? client.None()
        : client.ClientSecretPost(clientSecret),
      {
        timeout: TIMEOUT_S,
        execute: [
          // Signatures too, although the answer comes over TLS from the provider itself.
          client.enableNonRepudiationChecks,
          ...server.protocol === "http:" ? [client.allowInsecureRequests] : [],
        ],
        ...fetch && { [client.customFetch]: fetch },
      },
    );
  }
}

/** The first of the usual claims that says anything. */
function nameIn(claims: client.IDToken): string {
  const { name, preferred_username, sub } = claims;
  const found = [name, preferred_username, sub].find((one) =>
    typeof one === "string" && one.trim() !== ""
  );
  const text = String(found).replace(/\p{C}/gu, "").trim();
  return [...text].slice(0, 80).join("").trim() || "Somebody";
}
