/** What a pull brought. */
export type Fetched =
  | {
      readonly kind: 'content';
      readonly body: Uint8Array;
      readonly contentType: string | null;
      readonly etag: string | null;
      readonly lastModified: string | null;
    }
  | { readonly kind: 'unchanged' }
  | { readonly kind: 'failed'; readonly error: string };

export interface FetchOptions {
  readonly headers: Readonly<Record<string, string>>;
  readonly etag: string | null;
  readonly lastModified: string | null;
  /** For the whole answer, milliseconds. */
  readonly timeoutMs: number;
  /** Of the unpacked body: a small packed answer must not become a large one in memory. */
  readonly maxBytes: number;
  readonly signal: AbortSignal;
}

const MAX_REDIRECTS = 3;

/**
 * One conditional GET. Never throws: whatever goes wrong is a failure with a sentence. A redirect may change protocol
 * and path, not the host: an answer of a partner is no way into our network.
 */
export async function fetchFeed(url: string, o: FetchOptions): Promise<Fetched> {
  const timeout = AbortSignal.timeout(o.timeoutMs);
  const signal = AbortSignal.any([o.signal, timeout]);
  try {
    let at = new URL(url);
    for (let hop = 0; ; hop++) {
      if (at.protocol !== 'http:' && at.protocol !== 'https:') return failed(`${at.protocol} is not HTTP`);
      const answer = await fetch(at, {
        redirect: 'manual',
        signal,
        headers: {
          'user-agent': 'Watchfloor',
          accept: 'application/cap+xml, application/xml, application/json, application/geo+json, */*;q=0.5',
          ...o.headers,
          ...(o.etag ? { 'if-none-match': o.etag } : {}),
          ...(o.lastModified ? { 'if-modified-since': o.lastModified } : {}),
        },
      });
      const to = answer.headers.get('location');
      if (answer.status === 304) {
        await answer.body?.cancel();
        return { kind: 'unchanged' };
      }
      if (answer.status >= 300 && answer.status < 400 && to) {
        await answer.body?.cancel();
        const next = new URL(to, at);
        if (next.hostname !== at.hostname) return failed(`redirected to another host, ${next.hostname}`);
        if (hop >= MAX_REDIRECTS) return failed(`redirected more than ${MAX_REDIRECTS} times`);
        at = next;
        continue;
      }
      if (answer.status !== 200) {
        await answer.body?.cancel();
        return failed(`HTTP ${answer.status}`);
      }
      const body = await readLimited(answer, o.maxBytes);
      if (body === null) return failed(`the answer is larger than ${o.maxBytes} bytes`);
      return {
        kind: 'content',
        body,
        contentType: answer.headers.get('content-type'),
        etag: answer.headers.get('etag'),
        lastModified: answer.headers.get('last-modified'),
      };
    }
  } catch (e) {
    if (timeout.aborted) return failed(`no whole answer within ${o.timeoutMs / 1000} s`);
    return failed(reasonOf(e));
  }
}

const failed = (error: string): Fetched => ({ kind: 'failed', error });

async function readLimited(answer: Response, maxBytes: number): Promise<Uint8Array | null> {
  if (Number(answer.headers.get('content-length') ?? 0) > maxBytes) {
    await answer.body?.cancel();
    return null;
  }
  const parts: Uint8Array[] = [];
  let size = 0;
  for await (const part of answer.body ?? []) {
    size += part.length;
    if (size > maxBytes) return null; // leaving the loop cancels the stream
    parts.push(part);
  }
  return Buffer.concat(parts);
}

/** fetch() hides why behind "fetch failed". */
function reasonOf(e: unknown): string {
  const error = e as Error & { cause?: { code?: string; message?: string } };
  return (error.cause?.code ?? error.cause?.message ?? error.message ?? String(e)).slice(0, 200);
}
