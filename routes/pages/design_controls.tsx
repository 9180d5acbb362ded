/** Buttons, fields and tabs in their states. */
import { Button, ButtonLink } from "../../islands/components/Button.tsx";
import { described, Field } from "../../islands/components/Field.tsx";
import { Tabs } from "../../islands/components/Tabs.tsx";
import { Sample, type ShowcaseProps } from "./design_sample.tsx";

const TABS = [
  { href: "/design", label: "Ranking" },
  { href: "/design#weights", label: "Weights" },
  { href: "/design#evidence", label: "Evidence" },
];

export function Controls({ theme }: ShowcaseProps) {
  const id = (name: string) => `${name}-${theme}`;
  return (
    <>
      <Sample name="Button: plain, primary, danger, small, link, off">
        <div class="row">
          <Button>Export record</Button>
          <Button kind="primary">Close poll</Button>
          <Button kind="danger">Close for good</Button>
          <Button small>Acknowledge</Button>
          <ButtonLink href="/design">All sessions</ButtonLink>
          <Button disabled>Nothing to send</Button>
        </div>
      </Sample>
      <Sample name="Field: with hint, with mistake, choice, several lines">
        <div class="form">
          <Field id={id("name")} label="Your name" hint="As others see it.">
            <input
              id={id("name")}
              class="input"
              placeholder="Ana Lima"
              {...described(id("name"), { hint: true })}
            />
          </Field>
          <Field
            id={id("user")}
            label="User id"
            wrong="must be 1 to 128 visible characters"
          >
            <input
              id={id("user")}
              class="input"
              value="ana lima"
              {...described(id("user"), { wrong: "yes" })}
            />
          </Field>
          <Field id={id("role")} label="Role here">
            <select id={id("role")} class="input">
              <option>Member: writes and votes</option>
              <option>Observer: reads along</option>
            </select>
          </Field>
          <Field id={id("why")} label="Reason">
            <textarea id={id("why")} class="input" rows={2} />
          </Field>
          <fieldset class="field">
            <legend>Who sees it</legend>
            <div class="choices">
              <label>
                <input type="radio" name={id("who")} checked />
                <span>
                  Everyone signed in<small>Anyone can look in and join.</small>
                </span>
              </label>
              <label>
                <input type="radio" name={id("who")} />
                <span>
                  Participants only<small>You add people later.</small>
                </span>
              </label>
            </div>
          </fieldset>
          <Field id={id("weight")} label="Weight of cost, in percent">
            <input
              id={id("weight")}
              class="slider"
              type="range"
              value="35"
            />
          </Field>
        </div>
      </Sample>
      <Sample name="Tabs: links, arrow keys where scripts run">
        <Tabs
          label={`Views, ${theme}`}
          tabs={TABS}
          current="/design"
        />
      </Sample>
    </>
  );
}
