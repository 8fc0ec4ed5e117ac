import { relayPlaylist } from '#lib/server/cameras/relay.ts';
import type { RequestHandler } from './$types';

/** A variant that the first playlist named. */
export const GET: RequestHandler = (event) => relayPlaylist(event, event.params.sealed);
