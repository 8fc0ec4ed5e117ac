import type { IncomingMessage, ServerResponse } from 'node:http';
import { gunzipSync } from 'node:zlib';
import { TilesBusy, type TileCache } from './tiles.ts';

/**
 * `GET /tiles/{z}/{x}/{y}?v={version}` and `GET /tiles/now`. The front server answers them itself: a desk that moves its map asks for
 * hundreds, and they need no session. They hold nothing personal and are open to everybody who reaches the server.
 *
 * With the version in the address a tile may be kept for ever. Of another version than the one that is shown now there is none any
 * more (410): old and new tiles never stand beside each other on one map, and the map asks /tiles/now what is shown.
 */
export async function answerTile(req: IncomingMessage, res: ServerResponse, tiles: TileCache): Promise<void> {
  if (req.method !== 'GET' && req.method !== 'HEAD') return end(res, 405, { allow: 'GET, HEAD' });
  const url = req.url ?? '';
  const [path, query = ''] = split(url, '?');
  if (path === '/tiles/now') {
    const body = Buffer.from(JSON.stringify({ version: await tiles.version() }));
    return end(res, 200, { 'content-type': 'application/json', 'cache-control': 'no-store' }, body);
  }
  const at = /^\/tiles\/(\d{1,2})\/(\d{1,6})\/(\d{1,6})$/.exec(path);
  const wanted = /(?:^|&)v=([^&]*)/.exec(query)?.[1] ?? null;
  if (!at) return end(res, 404, NOT_KEPT);
  try {
    const tile = await tiles.tile(
      Number(at[1]),
      Number(at[2]),
      Number(at[3]),
      wanted === null ? null : decoded(wanted),
    );
    if (tile === null) return end(res, 404, NOT_KEPT);
    if (tile === 'gone') return end(res, 410, NOT_KEPT);
    const headers: Record<string, string> = {
      etag: tile.etag,
      vary: 'accept-encoding',
      'cache-control': wanted === null ? 'private, no-cache' : 'public, max-age=31536000, immutable',
    };
    if (req.headers['if-none-match'] === tile.etag) return end(res, 304, headers);
    if (tile.gz.length === 0) return end(res, 204, headers);
    headers['content-type'] = 'application/vnd.mapbox-vector-tile';
    const packed = /\bgzip\b/.test(String(req.headers['accept-encoding'] ?? ''));
    if (packed) headers['content-encoding'] = 'gzip';
    end(res, 200, headers, packed ? tile.gz : gunzipSync(tile.gz));
  } catch (e) {
    if (!(e instanceof TilesBusy)) throw e;
    end(res, 503, { ...NOT_KEPT, 'retry-after': '1' });
  }
}

const NOT_KEPT = { 'cache-control': 'no-store' };

function split(text: string, at: string): [string, string?] {
  const i = text.indexOf(at);
  return i < 0 ? [text] : [text.slice(0, i), text.slice(i + 1)];
}

/** What is no address names no version of ours. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function end(res: ServerResponse, status: number, headers: Record<string, string>, body?: Buffer): void {
  if (body) headers['content-length'] = String(body.length);
  res.writeHead(status, headers);
  res.end(res.req.method === 'HEAD' ? undefined : body);
}
