/**
 * The outbox in IndexedDB: survives a reload, is one for all tabs, and keeps each user's
 * messages apart. Where the browser refuses IndexedDB the messages wait in memory.
 */
import {
  MAX_QUEUED,
  MemoryOutbox,
  type OutboxEntry,
  type OutboxMessage,
  type OutboxStore,
} from "./outbox_store.ts";

const DATABASE = "regulens";
const VERSION = 1;
const STORE = "outbox";
/** Index keys sort by user, then by the primary key: `getAll` comes in order. */
const BY_USER = "user";
const BY_MESSAGE = "message";

interface Stored extends OutboxMessage {
  readonly userId: string;
}

export interface IndexedOutboxOptions {
  readonly userId: string;
  /** @default globalThis.indexedDB */
  readonly factory?: IDBFactory | undefined;
}

export class IndexedOutbox implements OutboxStore {
  readonly #userId: string;
  readonly #factory: IDBFactory | undefined;
  readonly #memory = new MemoryOutbox();
  #opened: Promise<IDBDatabase | undefined> | undefined;

  constructor(
    { userId, factory = globalThis.indexedDB }: IndexedOutboxOptions,
  ) {
    this.#userId = userId;
    this.#factory = factory;
  }

  async add(message: OutboxMessage): Promise<"queued" | "known" | "full"> {
    const database = await this.#open();
    if (!database) return this.#memory.add(message);
    const stored: Stored = { ...message, userId: this.#userId };
    // One transaction: two tabs cannot both take the last place.
    const transaction = database.transaction(STORE, "readwrite");
    const store = transaction.objectStore(STORE);
    const key = [this.#userId, message.messageId];
    if (await done(store.index(BY_MESSAGE).count(key)) > 0) return "known";
    if (await done(store.index(BY_USER).count(this.#userId)) >= MAX_QUEUED) {
      return "full";
    }
    store.add(stored);
    await committed(transaction);
    return "queued";
  }

  async after(seq: number): Promise<readonly OutboxEntry[]> {
    const database = await this.#open();
    if (!database) return this.#memory.after(seq);
    const index = read(database).index(BY_USER);
    const entries: OutboxEntry[] = await done(index.getAll(this.#userId));
    return entries.filter((entry) => entry.seq > seq);
  }

  async remove(seq: number): Promise<void> {
    const database = await this.#open();
    if (!database) return this.#memory.remove(seq);
    const transaction = database.transaction(STORE, "readwrite");
    transaction.objectStore(STORE).delete(seq);
    await committed(transaction);
  }

  async count(): Promise<number> {
    const database = await this.#open();
    if (!database) return this.#memory.count();
    return done(read(database).index(BY_USER).count(this.#userId));
  }

  close(): void {
    this.#opened?.then((database) => database?.close());
    this.#opened = undefined;
  }

  #open(): Promise<IDBDatabase | undefined> {
    this.#opened ??= openDatabase(this.#factory, () => {
      this.#opened = undefined;
    });
    return this.#opened;
  }
}

/** @param closed Called when the browser or a newer page has closed the database. */
async function openDatabase(
  factory: IDBFactory | undefined,
  closed: () => void,
): Promise<IDBDatabase | undefined> {
  try {
    const request = factory?.open(DATABASE, VERSION);
    if (!request) return undefined;
    request.onupgradeneeded = () => createStore(request.result);
    const database = await done(request);
    database.onclose = closed;
    database.onversionchange = () => {
      database.close();
      closed();
    };
    return database;
  } catch {
    // Private windows and full disks refuse; nothing is lost while the page stays open.
    return undefined;
  }
}

function createStore(database: IDBDatabase): void {
  const store = database.createObjectStore(STORE, {
    keyPath: "seq",
    autoIncrement: true,
  });
  store.createIndex(BY_USER, "userId");
  store.createIndex(BY_MESSAGE, ["userId", "messageId"], { unique: true });
}

function read(database: IDBDatabase): IDBObjectStore {
  return database.transaction(STORE, "readonly").objectStore(STORE);
}

function done<Result>(request: IDBRequest<Result>): Promise<Result> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

function committed(transaction: IDBTransaction): Promise<void> {
  return new Promise((resolve, reject) => {
    transaction.oncomplete = () => resolve();
    transaction.onabort = () => reject(transaction.error);
  });
}
