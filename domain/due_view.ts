/** The rows of what happens by itself: a command each, which fires once its time has come. */

/** An area's `index` writes rows `{view: DUE_VIEW, key, sort: atMs, data: {command, input}}`. */
export const DUE_VIEW = "due";
