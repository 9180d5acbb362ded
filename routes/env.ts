/** What every request carries through the middleware: the types of `c.get` and `c.env`. */
import type { Context } from "hono";
import type { User } from "../realtime/user.ts";
import type { JsonObject } from "./api/json_schema.ts";
import type { Identity } from "./auth_identify.ts";

export interface Env {
  Bindings: {
    /** Address of the caller's end of the connection; absent in tests. */
    remoteAddress?: string;
  };
  Variables: {
    /** Admits this response's own scripts in the Content-Security-Policy. */
    nonce: string;
    /** Who asks; undefined is nobody. */
    user: User | undefined;
    /** How that was shown; undefined is nobody. */
    identity: Identity | undefined;
    /** A browser that came over TLS, or not from this machine: cookies are `Secure`. */
    secure: boolean;
    /** What the pages of the reference show; set for those alone. */
    documents: ApiDocuments;
  };
}

/** The machine-readable descriptions of what is answered. */
export interface ApiDocuments {
  readonly openApi: JsonObject;
  /** Without it there is no page of messages. */
  readonly asyncApi: JsonObject | undefined;
}

export type AppContext = Context<Env>;
