/** What FEEL text cannot do: not be read, or not be evaluated with these facts. */
import type { Position } from "../table.ts";

/** Text that cannot be used, found before any fact is seen. */
export class CannotRead extends Error {
  override readonly name = "CannotRead";
  readonly position: Position;

  constructor(message: string, { from, to }: Position) {
    super(message);
    this.position = { from, to };
  }
}

/** Text that is well formed, but not with these facts. */
export class CannotEvaluate extends Error {
  override readonly name = "CannotEvaluate";
  readonly position?: Position;

  constructor(message: string, at?: Position) {
    super(message);
    if (at !== undefined) this.position = { from: at.from, to: at.to };
  }
}
