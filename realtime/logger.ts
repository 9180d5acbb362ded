/** What realtime needs of a logger; main hands in the real one. */
export interface Logger {
  debug(message: string, properties?: Record<string, unknown>): void;
  info(message: string, properties?: Record<string, unknown>): void;
  warn(message: string, properties?: Record<string, unknown>): void;
  error(message: string, properties?: Record<string, unknown>): void;
}

/** Says nothing: for tests and for embedding. */
export const SILENT: Logger = {
  debug() {},
  info() {},
  warn() {},
  error() {},
};
