import { relayOffer } from '#lib/server/cameras/relay.ts';
import type { RequestHandler } from './$types';

/** The offer of a browser that wants a camera's picture over WebRTC. */
export const POST: RequestHandler = (event) => relayOffer(event);
