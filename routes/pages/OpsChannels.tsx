/** The busiest channels of this node: by who follows them, and by what is written to them. */
import { Panel } from "../../islands/components/Panel.tsx";
import { Table } from "../../islands/components/Table.tsx";
import { figureText } from "../../islands/ops_figures.ts";
import type { ChannelFigures, ChannelRates } from "../ops/channel_rates.ts";

export function OpsChannels(
  { rates }: { readonly rates: Pick<ChannelRates, "busiest" | "largest"> },
) {
  return (
    <div class="ops-channels">
      <Panel
        id="largest"
        title="Channels with the most subscribers"
        end="On this node"
      >
        <Channels
          label="Channels with the most subscribers"
          none="Nobody follows a channel."
          rows={rates.largest()}
        />
      </Panel>
      <Panel
        id="busiest"
        title="Channels written to the most"
        end="On this node"
      >
        <Channels
          label="Channels written to the most, in the last seconds"
          none="Nothing was published in the last seconds."
          rows={rates.busiest}
        />
      </Panel>
    </div>
  );
}

function Channels(
  { label, none, rows }: {
    readonly label: string;
    readonly none: string;
    readonly rows: readonly ChannelFigures[];
  },
) {
  if (rows.length === 0) return <p class="pad muted">{none}</p>;
  return (
    <Table
      label={label}
      rows={rows}
      keyOf={({ name }) => name}
      columns={[
        {
          key: "name",
          head: "Channel",
          cell: ({ name }) => (
            <span class="ops-channel mono" title={name}>{name}</span>
          ),
        },
        {
          key: "subscribers",
          head: "Subscribers",
          kind: "number",
          width: "m",
          cell: ({ subscribers }) => figureText(subscribers, "count"),
        },
        {
          key: "rate",
          head: "Published",
          kind: "number",
          width: "m",
          cell: ({ perSecond }) => rate(perSecond),
        },
      ]}
    />
  );
}

/** A slow channel is told from a silent one. */
function rate(perSecond: number | null): string {
  return perSecond !== null && perSecond > 0 && perSecond < 10
    ? `${perSecond.toFixed(1)} /s`
    : figureText(perSecond, "perSecond");
}
