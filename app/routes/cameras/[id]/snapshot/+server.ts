import { relaySnapshot } from '#lib/server/cameras/relay.ts';
import type { RequestHandler } from './$types';

/** One still picture of a camera. */
export const GET: RequestHandler = (event) => relaySnapshot(event);
