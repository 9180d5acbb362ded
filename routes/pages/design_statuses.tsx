/** The table of statuses, and people with their presence. */
import { Avatar } from "../../islands/components/Avatar.tsx";
import { Badge, StatusIcon } from "../../islands/components/Badge.tsx";
import { STATUS, type StatusName } from "../../islands/components/status.ts";
import { Sample, type ShowcaseProps } from "./design_sample.tsx";

const NAMES = Object.keys(STATUS).filter(isStatus);

export function Statuses(_: ShowcaseProps) {
  return (
    <>
      <Sample name="Badge: shape, word, colour">
        <div class="row">
          {NAMES.map((name) => <Badge key={name} status={name} />)}
        </div>
      </Sample>
      <Sample name="Shape alone, beside its word">
        <ul class="row">
          {NAMES.slice(0, 11).map((name) => (
            <li key={name} class="row tight">
              <StatusIcon status={name} />
              {STATUS[name].word}
            </li>
          ))}
        </ul>
      </Sample>
      <Sample name="Avatar: here, away, not here">
        <ul class="row">
          <li class="row tight">
            <Avatar name="Ana Lima" presence="here" />Ana Lima, here
          </li>
          <li class="row tight">
            <Avatar name="Gil Ito" presence="away" />Gil Ito, away
          </li>
          <li class="row tight">
            <Avatar name="Eva Voss" />Eva Voss
          </li>
        </ul>
      </Sample>
    </>
  );
}

function isStatus(name: string): name is StatusName {
  return name in STATUS;
}
