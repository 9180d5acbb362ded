/** A start that cannot go on for a reason outside the program: one line says which. */
export class StartError extends Error {
  override readonly name = "StartError";
}
