/**
 * Every component in every state, light and dark side by side. Development only: figures and
 * names here are made up, and what can be pressed does nothing.
 */
import { Hono } from "hono";
import type { ComponentChildren } from "preact";
import { Panel } from "../../islands/components/Panel.tsx";
import { Tabs } from "../../islands/components/Tabs.tsx";
import type { Env } from "../env.ts";
import { Charts } from "./design_charts.tsx";
import { Controls } from "./design_controls.tsx";
import { Statuses } from "./design_statuses.tsx";
import { Surfaces } from "./design_surfaces.tsx";
import { Main } from "./layout.tsx";
import type { PageParts } from "./page_parts.ts";
import { renderPage } from "./render.tsx";
import { signedIn } from "./signed_in.ts";

const SHOWCASES = [
  { id: "statuses", title: "Statuses, people", Show: Statuses },
  { id: "controls", title: "Buttons, fields, tabs", Show: Controls },
  { id: "surfaces", title: "Tables, banners, dialogs, empty", Show: Surfaces },
  { id: "charts", title: "Charts and meters", Show: Charts },
] as const;

export function designPage(parts: PageParts): Hono<Env> {
  const app = new Hono<Env>();
  app.get("/design", (c) => {
    const user = signedIn(c);
    if (user instanceof Response) return user;
    return renderPage(c, parts, { title: "Design", body: <Design /> });
  });
  return app;
}

function Design() {
  const tabs = SHOWCASES.map(({ id, title }) => ({
    href: `#${id}`,
    label: title,
  }));
  return (
    <Main>
      <div class="intro">
        <h1>Design</h1>
        <p class="muted">
          Every component in every state. Made-up figures; development only.
        </p>
      </div>
      <Tabs label="Parts of this page" tabs={tabs} current="" />
      {SHOWCASES.map(({ id, title, Show }) => (
        <Panel key={id} id={id} title={title}>
          <div class="themes">
            <Theme name="light">
              <Show theme="light" />
            </Theme>
            <Theme name="dark">
              <Show theme="dark" />
            </Theme>
          </div>
        </Panel>
      ))}
    </Main>
  );
}

function Theme(
  { name, children }: {
    name: "light" | "dark";
    children: ComponentChildren;
  },
) {
  return <div class={`theme theme-${name}`}>{children}</div>;
}
