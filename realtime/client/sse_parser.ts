/** Server-sent events out of text that comes in pieces of any size. */

export interface ServerEvent {
  /** `message` when it has no other name. */
  readonly name: string;
  readonly data: string;
}

export class EventParser {
  #rest = "";
  #name = "";
  #data: string[] = [];

  /** The events that are complete with this piece. */
  take(piece: string): readonly ServerEvent[] {
    const events: ServerEvent[] = [];
    const lines = (this.#rest + piece).split("\n");
    this.#rest = lines.pop() ?? "";
    for (const ended of lines) {
      // A proxy may have made CRLF of it.
      const line = ended.endsWith("\r") ? ended.slice(0, -1) : ended;
      if (line !== "") {
        this.#field(line);
        continue;
      }
      if (this.#data.length > 0) {
        const name = this.#name || "message";
        events.push({ name, data: this.#data.join("\n") });
      }
      this.#name = "";
      this.#data = [];
    }
    return events;
  }

  #field(line: string): void {
    const colon = line.indexOf(":");
    // A line that begins with one is a comment.
    if (colon < 1) return;
    const field = line.slice(0, colon);
    const value = line.slice(colon + 1).replace(/^ /, "");
    if (field === "event") this.#name = value;
    if (field === "data") this.#data.push(value);
  }
}
