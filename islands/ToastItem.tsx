/** One toast: shape, word and text of its severity; where it leads; how it goes away. */
import { Icon } from "./icon.tsx";
import { SEVERITY_LOOKS } from "./severity.ts";
import type { Toast } from "./toast_queue.ts";

export interface ToastItemProps {
  readonly toast: Toast;
  readonly dismiss: (toast: Toast) => void;
  readonly acknowledge: (toast: Toast) => void;
}

export function ToastItem({ toast, dismiss, acknowledge }: ToastItemProps) {
  const { severity, title, body, href, count, sticky } = toast;
  const { icon, word } = SEVERITY_LOOKS[severity];
  return (
    <li class="toast" data-severity={severity} tabIndex={-1}>
      <Icon name={icon} tone={`severity ${severity}`} />
      <div class="what">
        <p class="title">
          <span class="visually-hidden">{word}:</span>
          {title}
          {count > 1 && (
            <span class="times" aria-label={`${count} times`}>×{count}</span>
          )}
        </p>
        {body !== "" && <p class="said">{body}</p>}
        <p class="actions">
          <a href={href} onClick={() => acknowledge(toast)}>Open</a>
          {sticky && (
            <button
              type="button"
              class="link-button"
              onClick={() => acknowledge(toast)}
            >
              Acknowledge
            </button>
          )}
        </p>
      </div>
      <button
        type="button"
        class="close"
        aria-label={`Dismiss: ${title}`}
        onClick={() => dismiss(toast)}
      >
        <Icon name="close" />
      </button>
    </li>
  );
}
