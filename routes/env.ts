/** What every request carries through the middleware: the types of `c.get` and `c.env`. */
import type { Context } from "hono";
import type { User } from "../realtime/user.ts";
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
  };
}

export type AppContext = Context<Env>;
