/** Bars on both sides of how it stands now: how far each influence moves it, widest first. */
import { Chart } from "./Chart.tsx";

export interface TornadoBar {
  readonly label: string;
  readonly low: number;
  readonly high: number;
}

export interface TornadoProps {
  readonly title: string;
  /** Where it stands now. */
  readonly now: number;
  /** Widest first. */
  readonly bars: readonly TornadoBar[];
  /** What `low` and `high` stand for, as heads of the table. */
  readonly heads: readonly [low: string, high: string];
  readonly format: (value: number) => string;
}

const HEIGHT = 10;

/** Zero is where it turns: what reaches it is drawn apart. */
export function Tornado({ title, now, bars, heads, format }: TornadoProps) {
  const ends = bars.flatMap(({ low, high }) => [low, high]);
  const least = Math.min(0, now, ...ends);
  const most = Math.max(0, now, ...ends);
  const width = most - least || 1;
  const at = (value: number) => Math.round((value - least) / width * 1e4) / 100;
  return (
    <Chart
      title={title}
      rows={bars}
      columns={[
        { key: "label", head: "Criterion", cell: ({ label }) => label },
        {
          key: "low",
          head: heads[0],
          kind: "number",
          cell: ({ low }) => format(low),
        },
        {
          key: "high",
          head: heads[1],
          kind: "number",
          cell: ({ high }) => format(high),
        },
      ]}
      keyOf={({ label }) => label}
    >
      <ol class="bars tornado">
        {bars.map(({ label, low, high }) => {
          const from = Math.min(low, high, now);
          const to = Math.max(low, high, now);
          return (
            <li key={label}>
              <span class="label">{label}</span>
              <b>{format(low)} … {format(high)}</b>
              <svg
                class="bar"
                viewBox={`0 0 100 ${HEIGHT}`}
                preserveAspectRatio="none"
                aria-hidden="true"
              >
                <path
                  class="value"
                  d={`M${at(Math.max(from, 0))} 0H${
                    at(Math.max(to, 0))
                  }V${HEIGHT}H${at(Math.max(from, 0))}z`}
                />
                {from < 0 && (
                  <path
                    class="value lost"
                    d={`M${at(from)} 0H${at(Math.min(to, 0))}V${HEIGHT}H${
                      at(from)
                    }z`}
                  />
                )}
                <path
                  class="zero"
                  d={`M${at(0)} 0V${HEIGHT}`}
                />
                <path
                  class="whisker"
                  d={`M${at(now)} 0V${HEIGHT}`}
                />
              </svg>
            </li>
          );
        })}
      </ol>
    </Chart>
  );
}
