import { relayEnd } from '#lib/server/cameras/relay.ts';
import type { RequestHandler } from './$types';

/** A browser that closed a picture gives it back to the media server. */
export const DELETE: RequestHandler = (event) => relayEnd(event, event.params.sealed);
