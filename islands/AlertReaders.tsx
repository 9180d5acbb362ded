/** Who has read an alert, as far as it is known: for those who lead. */
import { Time } from "./components/Time.tsx";
import type { AlertReader } from "./alert_model.ts";
import { count, type Zone } from "./format.ts";

/** Named one by one; of more, the number. */
const MAX_NAMED = 12;

export function AlertReaders(
  { readers, now, zone }: {
    readonly readers: readonly AlertReader[];
    readonly now: number;
    readonly zone: Zone;
  },
) {
  const more = readers.length - MAX_NAMED;
  return (
    <details class="alert-readers">
      <summary>
        {readers.length === 0
          ? "Nobody's inbox has reported it yet"
          : `Known to have reached ${
            count(readers.length, "person", "people")
          }`}
      </summary>
      {readers.length > 0 && (
        <ul>
          {readers.slice(0, MAX_NAMED).map((reader) => (
            <Reader
              key={reader.userId}
              reader={reader}
              now={now}
              zone={zone}
            />
          ))}
          {more > 0 && <li>and {more} more</li>}
        </ul>
      )}
      <p>
        What people's own pages have reported. Who had none open is not named.
      </p>
    </details>
  );
}

function Reader(
  { reader, now, zone }: {
    readonly reader: AlertReader;
    readonly now: number;
    readonly zone: Zone;
  },
) {
  const { name, delivered, shown, acknowledged } = reader;
  const [word, at] = acknowledged !== null
    ? ["acknowledged", acknowledged]
    : shown !== null
    ? ["shown", shown]
    : ["delivered", delivered];
  return (
    <li>
      <b>{name}</b> {word}{" "}
      {at !== null && <Time at={at} now={now} zone={zone} />}
    </li>
  );
}
