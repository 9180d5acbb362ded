/** What FEEL text cannot do: not be read, or not be evaluated with these facts. */
import type { Position } from "../table.ts";

/** Text that cannot be used, found before any fact is seen. */
export class CannotRead extends Error {
  override readonly name = "CannotRead";
  constructor(message: string, readonly position: Position) {
    super(message);
  }
}

/** Text that is well formed, but not with these facts. */
export class CannotEvaluate extends Error {
  override readonly name = "CannotEvaluate";
  constructor(message: string, readonly position?: Position) {
    super(message);
  }
}
