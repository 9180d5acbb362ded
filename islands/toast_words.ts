/** The words of toasts, one script: it comes with the first publication or refusal that needs them. */
export { notificationOf } from "../domain/inbox/notification.ts";
export { refusalWords } from "./refusal_words.ts";
