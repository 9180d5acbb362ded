/** A browser with several tabs: shared locks and channels, and pages that close, freeze and wake. */
import { RealtimeClient } from "../../../realtime/client/client.ts";
import type { Clock } from "../../../realtime/client/link.ts";
import {
  MemoryOutbox,
  type OutboxStore,
} from "../../../realtime/client/outbox_store.ts";
import type {
  TabChannel,
  TabLocks,
} from "../../../realtime/client/tab_ports.ts";
import { Tabs } from "../../../realtime/client/tabs.ts";
import { FakeServer } from "./fake_server.ts";
import { FakeClock, turn } from "./fakes.ts";

interface LockRequest {
  readonly page: Page;
  readonly granted: () => Promise<void>;
  readonly settle: (error?: Error) => void;
}

/** Web Locks as far as they are used, with the platform's rules for stealing and dying. */
class FakeLocks {
  readonly #held = new Map<string, LockRequest>();
  readonly #queues = new Map<string, LockRequest[]>();

  forPage(page: Page): TabLocks {
    return {
      request: (name, { signal, steal }, granted) => {
        const { promise, resolve, reject } = Promise.withResolvers<void>();
        const settle = (error?: Error) =>
          page.run(() => error ? reject(error) : resolve());
        const request: LockRequest = { page, granted, settle };
        if (steal) {
          const robbed = this.#held.get(name);
          robbed?.settle(new DOMException("stolen", "AbortError"));
          this.#grant(name, request);
          return promise;
        }
        const queue = this.#queue(name);
        queue.push(request);
        signal?.addEventListener("abort", () => {
          const index = queue.indexOf(request);
          if (index < 0) return;
          queue.splice(index, 1);
          request.settle(new DOMException("aborted", "AbortError"));
        });
        this.#next(name);
        return promise;
      },
    };
  }

  /** A page that dies lets go of everything. */
  release(page: Page): void {
    for (const queue of this.#queues.values()) {
      const others = queue.filter((request) => request.page !== page);
      queue.splice(0, queue.length, ...others);
    }
    for (const [name, request] of this.#held) {
      if (request.page === page) this.#free(name, request);
    }
  }

  #queue(name: string): LockRequest[] {
    const queue = this.#queues.get(name) ?? [];
    this.#queues.set(name, queue);
    return queue;
  }

  #next(name: string): void {
    if (this.#held.has(name)) return;
    const request = this.#queue(name).shift();
    if (request) this.#grant(name, request);
  }

  #grant(name: string, request: LockRequest): void {
    this.#held.set(name, request);
    queueMicrotask(() =>
      request.page.run(() => {
        request.granted().then(() => {
          if (this.#held.get(name) !== request) return;
          request.settle();
          this.#free(name, request);
        });
      })
    );
  }

  #free(name: string, request: LockRequest): void {
    if (this.#held.get(name) !== request) return;
    this.#held.delete(name);
    this.#next(name);
  }
}

export interface PageOptions {
  readonly userId?: string;
  /** Whom the browser's cookie names by now. @default userId */
  readonly signedInAs?: string;
  readonly store?: OutboxStore;
  readonly since?: number;
}

/** One tab with a client that follows session:a. */
export class Page {
  readonly name: string;
  readonly tabs: Tabs;
  readonly client: RealtimeClient;
  /** What it applied, in order. */
  readonly seen: number[] = [];
  state: "running" | "frozen" | "closed" = "running";
  readonly #browser: Browser;
  #waiting: (() => void)[] = [];

  constructor(browser: Browser, name: string, options: PageOptions) {
    this.#browser = browser;
    this.name = name;
    const { userId = "mira", store = browser.store } = options;
    const { signedInAs = userId } = options;
    let ids = 0;
    const clock: Clock = {
      now: () => browser.clock.now(),
      after: (delayMs, run) =>
        browser.clock.after(delayMs, () => this.run(run)),
    };
    this.tabs = new Tabs({
      name: `regulens.${userId}`,
      locks: browser.locks.forPage(this),
      channel: browser.channel(`regulens.${userId}`, this),
      open: browser.server.socketsFor((task) => this.run(task), signedInAs),
      clock,
      wallNow: () => 1_000_000 + browser.clock.now(),
      random: browser.random,
      newId: () => `${name}-${++ids}`,
      ready: () => this.client.retryNow(),
    });
    this.client = new RealtimeClient({
      url: "ws://regulens.test/ws",
      open: this.tabs.open,
      clock,
      random: browser.random,
      newId: () => `${name}-m${++ids}`,
      identify: () => Promise.resolve("unknown"),
      userId,
      outbox: store,
      peers: this.tabs,
      released: () => this.tabs.release(),
      ended: () => this.tabs.close(),
    });
    this.client.follow("session:a", {
      publication: ({ offset }) => this.seen.push(offset),
    }, { epoch: "e1", offset: options.since ?? 0 });
    this.client.connect();
  }

  /** Runs now, after waking up, or never. */
  run(task: () => void): void {
    if (this.state === "frozen") this.#waiting.push(task);
    else if (this.state === "running") task();
  }

  freeze(): void {
    if (this.state === "running") this.state = "frozen";
  }

  wake(): void {
    if (this.state !== "frozen") return;
    this.state = "running";
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const task of waiting) this.run(task);
  }

  /** The tab is gone, without a word. */
  close(): void {
    this.state = "closed";
    this.#waiting = [];
    this.#browser.locks.release(this);
  }
}

export class Browser {
  readonly clock = new FakeClock();
  readonly locks = new FakeLocks();
  readonly server: FakeServer;
  readonly store = new MemoryOutbox();
  readonly pages: Page[] = [];
  readonly #channels = new Map<string, Set<Page>>();
  readonly #ends = new Map<Page, TabChannel>();
  #seed = 1;

  constructor(server = new FakeServer()) {
    this.server = server;
  }

  /** Repeatable: a linear congruence is random enough to spread reconnects. */
  readonly random = (): number => {
    this.#seed = (this.#seed * 1_103_515_245 + 12_345) % 2 ** 31;
    return this.#seed / 2 ** 31;
  };

  open(options: PageOptions = {}): Page {
    const page = new Page(this, `tab${this.pages.length + 1}`, options);
    this.pages.push(page);
    return page;
  }

  channel(name: string, page: Page): TabChannel {
    const pages = this.#channels.get(name) ?? new Set();
    this.#channels.set(name, pages.add(page));
    const end: TabChannel = {
      onmessage: null,
      postMessage: (message) => {
        if (!pages.has(page)) {
          throw new DOMException("closed", "InvalidStateError");
        }
        const data = structuredClone(message);
        for (const other of pages) {
          if (other === page) continue;
          queueMicrotask(() =>
            other.run(() =>
              this.#ends.get(other)?.onmessage?.(
                new MessageEvent("message", { data }),
              )
            )
          );
        }
      },
      close: () => pages.delete(page),
    };
    this.#ends.set(page, end);
    return end;
  }

  /** Time passes in steps, so that what one timer causes is done before the next. */
  async pass(ms: number): Promise<void> {
    await turn();
    for (let passed = 0; passed < ms; passed += 50) {
      this.clock.advance(Math.min(50, ms - passed));
      await turn();
    }
  }

  get leaders(): Page[] {
    return this.pages.filter(({ state, tabs }) =>
      state === "running" && tabs.leading
    );
  }

  end(): void {
    for (const page of this.pages) {
      page.wake();
      page.client.close();
    }
  }
}
