/** What the build has made, as the server reads it: a type, nothing at run time. */

/** Written by islands/build.ts. Addresses are absolute paths on this server. */
export interface Manifest {
  /** The starting script first, then what it imports. */
  readonly boot: readonly string[];
  readonly stylesheet: string;
  /** Scripts of each island, to be fetched early. */
  readonly islands: Readonly<Record<string, readonly string[]>>;
  /** Scripts that start by themselves, by the name of their source. */
  readonly scripts?: Readonly<Record<string, string>>;
}
