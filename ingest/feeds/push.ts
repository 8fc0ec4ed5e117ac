import type { FeedWorker } from './worker.ts';

/** Feeds that take pushed messages, while their worker runs in this process. */
const workers = new Map<string, FeedWorker>();

/** Lets messages in for a feed; the returned function closes the door again. */
export function openForPush(worker: FeedWorker): () => void {
  workers.set(worker.spec.id, worker);
  return () => {
    if (workers.get(worker.spec.id) === worker) workers.delete(worker.spec.id);
  };
}

export interface PushAnswer {
  /** HTTP status: 200 taken (also in part), 404 no such feed, 422 nothing of it could be used, 503 come back. */
  readonly status: 200 | 404 | 422 | 503;
  readonly body: Readonly<Record<string, unknown>>;
}

/**
 * Takes one message pushed to `POST /in/feeds/<feed>`, whose sender was already found to be allowed. Answers when it is
 * in the database: what was answered 200 survives whatever happens next, and sending it again changes nothing.
 */
export async function pushToFeed(feed: string, body: Uint8Array, contentType: string | null): Promise<PushAnswer> {
  const worker = workers.get(feed);
  if (!worker) return { status: 404, body: { error: 'unknown-feed', reason: `no feed ${feed} takes pushed messages` } };
  try {
    const done = await worker.ingest(body, contentType);
    void worker.publish().catch(() => {}); // its next beat tells it again
    if (done.rejection) return { status: 422, body: { error: done.rejection.code, reason: done.rejection.reason } };
    return {
      status: 200,
      body: {
        accepted: done.accepted,
        outdated: done.outdated,
        quarantined: done.quarantined.slice(0, 100).map((q) => ({ id: q.id, code: q.code, reason: q.reason })),
        notes: done.notes.slice(0, 20),
      },
    };
  } catch (e) {
    return { status: 503, body: { error: 'away', reason: `not stored: ${(e as Error).message.slice(0, 200)}` } };
  }
}
