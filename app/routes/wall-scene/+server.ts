import { error, json } from '@sveltejs/kit';
import type { RequestHandler } from './$types';

/** Which scene a paired screen is to show; asked every few seconds (FollowScene.svelte). */
export const GET: RequestHandler = ({ locals }) => {
  if (!locals.session?.device) error(401, { message: 'no wall screen is signed in' });
  return json({ scene: locals.session.device.scene, now: Date.now() });
};
