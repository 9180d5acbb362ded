/** A name in a list, with a badge where it belongs to the demo. */

/** What every id of the demo begins with. */
const PREFIX = "demo-";
/** What its names end with, so that they say it where no badge can stand. */
const SUFFIX = " (demo)";

/** @param props.id Tells whether it is the demo's; the badge then says so once. */
export function NameOrDemo(
  { id, name }: { readonly id: string; readonly name: string },
) {
  if (!id.startsWith(PREFIX)) return <>{name}</>;
  const bare = name.endsWith(SUFFIX) ? name.slice(0, -SUFFIX.length) : name;
  return (
    <>
      {bare} <span class="badge violet demo-mark">Demo</span>
    </>
  );
}
