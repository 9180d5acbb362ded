/**
 * Commands that change nothing: a weight being dragged, say. They are checked like any other,
 * told to the channel's readers at once, and kept nowhere (P9).
 */
import type { AnySignalDeclaration, Place } from "../domain/decider.ts";
import { type Commands, parseInput } from "./commands.ts";
import type { ChannelPosition } from "./log/log.ts";
import type { User } from "./user.ts";

export interface SignalCommandsOptions {
  readonly declarations: readonly AnySignalDeclaration[];
  readonly commands: Pick<Commands, "state">;
  readonly signal: (
    channel: string,
    type: string,
    key: string,
    payload: object,
  ) => void;
}

export class SignalCommands {
  readonly #byName: ReadonlyMap<string, AnySignalDeclaration>;
  readonly #options: SignalCommandsOptions;

  constructor(options: SignalCommandsOptions) {
    this.#options = options;
    this.#byName = new Map(options.declarations.map((d) => [d.name, d]));
  }

  has(name: string): boolean {
    return this.#byName.has(name);
  }

  /**
   * Tells it, and answers with the position it was checked at.
   *
   * @throws {RealtimeError} `invalid`. @throws A `Refusal` of the domain.
   */
  async execute(
    name: string,
    input: unknown,
    user: User,
  ): Promise<{ result: null; positions: readonly ChannelPosition[] }> {
    const declaration = this.#byName.get(name);
    if (!declaration) throw new RangeError(`Cannot signal: no ${name}`);
    const parsed = parseInput(declaration, input);
    const place = declaration.place(parsed);
    const own = await this.#state(place);
    const also: Record<string, unknown> = {};
    const places: Readonly<Record<string, Place>> =
      declaration.also?.(parsed) ?? {};
    for (const [key, other] of Object.entries(places)) {
      also[key] = (await this.#state(other)).state;
    }
    const { type, key, payload } = declaration.signal(own.state, parsed, {
      user,
      also,
    });
    this.#options.signal(place.channel, type, key, payload);
    return { result: null, positions: [own.position] };
  }

  #state({ area, channel, subject }: Place) {
    return this.#options.commands.state(area, channel, subject);
  }
}
