// What the phone keeps: acts and photos in the order in which they were made, in IndexedDB. A photo
// leaves it only when the server has said its digest.

const NAME = "claimline-survey";
const ITEMS = "items";

function opened() {
  return new Promise((done, refused) => {
    const asked = indexedDB.open(NAME, 1);
    asked.onupgradeneeded = () => {
      const items = asked.result.createObjectStore(ITEMS, { keyPath: "seq", autoIncrement: true });
      items.createIndex("job", "job");
    };
    asked.onsuccess = () => done(asked.result);
    asked.onerror = () => refused(asked.error);
  });
}

async function within(mode, work) {
  const base = await opened();
  try {
    return await new Promise((done, refused) => {
      const step = base.transaction(ITEMS, mode);
      const asked = work(step.objectStore(ITEMS));
      step.oncomplete = () => done(asked.result);
      step.onabort = () => refused(step.error);
      step.onerror = () => refused(step.error);
    });
  } finally {
    base.close();
  }
}

// An item: {job, id, kind: "act" | "photo", act, data, at, blob, digest, state, sentence}.
export const add = (item) => within("readwrite", (items) => items.add(item));
export const put = (item) => within("readwrite", (items) => items.put(item));
export const all = (job) => within("readonly", (items) => items.index("job").getAll(job));

export async function forget(job) {
  for (const item of await all(job)) {
    if (item.state === "received") await within("readwrite", (items) => items.delete(item.seq));
  }
}
