import { relayPlaylist } from '#lib/server/cameras/relay.ts';
import type { RequestHandler } from './$types';

/** The stream of a camera, as a playlist of our own addresses. */
export const GET: RequestHandler = (event) => relayPlaylist(event, null);
