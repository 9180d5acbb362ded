/** A small OpenID provider for tests, reached as a function: own keys, and lies on request. */
import { createHash } from "node:crypto";

export const ISSUER = "https://id.example";
export const CLIENT_ID = "regulens";
export const CLIENT_SECRET = "kept between the two";

/** What it gets wrong. */
export interface Lies {
  /** Over the claims of the ID token. */
  readonly claims?: Readonly<Record<string, unknown>>;
  /** Signed by nobody, with `alg: none`. */
  readonly unsigned?: boolean;
  /** Signed by a key that is not in the set it publishes. */
  readonly foreignKey?: boolean;
  /** Names another issuer in its own description. */
  readonly issuer?: string;
  readonly down?: boolean;
}

export interface Person {
  readonly sub: string;
  readonly [claim: string]: unknown;
}

interface Granted {
  readonly person: Person;
  readonly nonce: string;
  readonly challenge: string;
  readonly redirectUri: string;
}

/** Made once: each pair takes a tenth of a second or more. */
const KEYS = await newKeys();
const FOREIGN_KEYS = await newKeys();

export function createProvider() {
  const keys = KEYS;
  const foreign = FOREIGN_KEYS;
  const codes = new Map<string, Granted>();
  let lies: Lies = {};
  let issued = 0;

  const idToken = async ({ person, nonce }: Granted) => {
    const now = Math.floor(Date.now() / 1000);
    const claims = {
      iss: ISSUER,
      aud: CLIENT_ID,
      iat: now,
      exp: now + 300,
      nonce,
      ...person,
      ...lies.claims,
    };
    if (lies.unsigned) {
      return `${encoded({ alg: "none" })}.${encoded(claims)}.`;
    }
    const text = `${encoded({ alg: "RS256", kid: "1" })}.${encoded(claims)}`;
    const { privateKey } = lies.foreignKey ? foreign : keys;
    const signature = await crypto.subtle.sign(
      "RSASSA-PKCS1-v1_5",
      privateKey,
      new TextEncoder().encode(text),
    );
    return `${text}.${Buffer.from(signature).toString("base64url")}`;
  };

  const token = async (form: URLSearchParams) => {
    const code = form.get("code") ?? "";
    const granted = codes.get(code);
    // Each code opens one door once.
    codes.delete(code);
    const verifier = form.get("code_verifier") ?? "";
    const challenge = createHash("sha256").update(verifier).digest("base64url");
    const isRight = granted !== undefined &&
      granted.challenge === challenge &&
      granted.redirectUri === form.get("redirect_uri") &&
      form.get("client_id") === CLIENT_ID &&
      form.get("client_secret") === CLIENT_SECRET;
    if (!isRight) {
      return Response.json({ error: "invalid_grant" }, { status: 400 });
    }
    return Response.json({
      access_token: "a",
      token_type: "Bearer",
      id_token: await idToken(granted),
    });
  };

  /** What stands where the network would: `fetch` for the client. */
  const answer = async (url: string, init: { body?: unknown }) => {
    if (lies.down) throw new TypeError("no network");
    const { pathname } = new URL(url);
    switch (pathname) {
      case "/.well-known/openid-configuration":
        return Response.json({
          issuer: lies.issuer ?? ISSUER,
          authorization_endpoint: `${ISSUER}/authorize`,
          token_endpoint: `${ISSUER}/token`,
          jwks_uri: `${ISSUER}/jwks`,
          end_session_endpoint: `${ISSUER}/end`,
          response_types_supported: ["code"],
          subject_types_supported: ["public"],
          id_token_signing_alg_values_supported: ["RS256"],
          code_challenge_methods_supported: ["S256"],
        });
      case "/jwks":
        return Response.json({
          keys: [{ ...keys.jwk, kid: "1", alg: "RS256", use: "sig" }],
        });
      case "/token":
        return await token(new URLSearchParams(String(init.body)));
      default:
        return new Response("Not Found", { status: 404 });
    }
  };

  return {
    fetch: answer,
    lie: (next: Lies) => void (lies = next),
    /** Somebody signs in there: where the browser is sent back to. */
    authorize: (asked: string, person: Person): string => {
      const url = new URL(asked);
      const { searchParams } = url;
      const redirectUri = searchParams.get("redirect_uri")!;
      const code = `code-${++issued}`;
      codes.set(code, {
        person,
        nonce: searchParams.get("nonce")!,
        challenge: searchParams.get("code_challenge")!,
        redirectUri,
      });
      const back = new URL(redirectUri);
      back.searchParams.set("code", code);
      back.searchParams.set("state", searchParams.get("state")!);
      return back.pathname + back.search;
    },
  };
}

async function newKeys() {
  const { privateKey, publicKey } = await crypto.subtle.generateKey(
    {
      name: "RSASSA-PKCS1-v1_5",
      modulusLength: 2048,
      publicExponent: new Uint8Array([1, 0, 1]),
      hash: "SHA-256",
    },
    true,
    ["sign", "verify"],
  );
  const { kty, n, e } = await crypto.subtle.exportKey("jwk", publicKey);
  return { privateKey, jwk: { kty, n, e } };
}

function encoded(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString("base64url");
}
