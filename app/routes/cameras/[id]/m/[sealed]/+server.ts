import { relayMedia } from '#lib/server/cameras/relay.ts';
import type { RequestHandler } from './$types';

/** A segment of a stream. */
export const GET: RequestHandler = (event) => relayMedia(event, event.params.sealed);
