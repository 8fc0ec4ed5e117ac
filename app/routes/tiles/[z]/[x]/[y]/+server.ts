import { gunzipSync } from 'node:zlib';
import { tilesOf, TilesBusy, type Tile } from '#gis-data/tiles.ts';
import { db } from '#lib/server/runtime.ts';
import type { RequestHandler } from './$types';

/**
 * `GET /tiles/{z}/{x}/{y}?v={version}`: vector tiles of the base map. They hold nothing personal and are open to everybody
 * who reaches the server. The version in the address makes them immutable; an address with an old version (a wall that has
 * run since before the map changed) gets the present tile, which is not kept.
 */
export const GET: RequestHandler = async ({ params, url, request }) => {
  const [z, x, y] = [params.z, params.x, params.y].map((s) => (/^\d{1,6}$/.test(s) ? Number(s) : Number.NaN));
  let tile: Tile | null;
  try {
    tile = await tilesOf(db()).tile(z!, x!, y!);
  } catch (e) {
    if (e instanceof TilesBusy) return new Response(null, { status: 503, headers: { 'retry-after': '1' } });
    throw e;
  }
  if (!tile) return new Response(null, { status: 404, headers: { 'cache-control': 'no-store' } });
  const headers: Record<string, string> = {
    etag: tile.etag,
    vary: 'accept-encoding',
    'cache-control':
      url.searchParams.get('v') === tile.version ? 'public, max-age=31536000, immutable' : 'private, no-cache',
  };
  if (request.headers.get('if-none-match') === tile.etag) return new Response(null, { status: 304, headers });
  if (tile.gz.length === 0) return new Response(null, { status: 204, headers });
  headers['content-type'] = 'application/vnd.mapbox-vector-tile';
  const packed = /\bgzip\b/.test(request.headers.get('accept-encoding') ?? '');
  if (packed) headers['content-encoding'] = 'gzip';
  const body = packed ? tile.gz : gunzipSync(tile.gz);
  headers['content-length'] = String(body.length);
  return new Response(new Uint8Array(body), { headers });
};
