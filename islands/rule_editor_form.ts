/** The editor's form as it stands in the page: read by the parts of the page that use its text. */
import { RULE_FORM, type RuleFields, sentFields } from "./rule_fields.ts";

/** What the form says now, saved or not. */
export function readEditor(): RuleFields {
  const form = editorForm();
  // Choices that one may not change are not sent, but they count.
  const choices = [...form?.querySelectorAll("select") ?? []]
    .map(({ name, value }) => [name, value] as const);
  const fields = form ? [...new FormData(form)] : [];
  const texts = [...choices, ...fields].flatMap(([name, value]) =>
    typeof value === "string" ? [[name, value] as const] : []
  );
  return sentFields(Object.fromEntries(texts));
}

/** Calls back whenever something in it changes; hands back the stop. */
export function onEdit(changed: () => void): () => void {
  const form = editorForm();
  form?.addEventListener("input", changed);
  form?.addEventListener("change", changed);
  return () => {
    form?.removeEventListener("input", changed);
    form?.removeEventListener("change", changed);
  };
}

function editorForm(): HTMLFormElement | null {
  return document.querySelector<HTMLFormElement>(`#${RULE_FORM}`);
}
