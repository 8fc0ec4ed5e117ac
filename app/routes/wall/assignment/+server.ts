import { json } from '@sveltejs/kit';
import type { RequestHandler } from './$types';

/** Which scene this screen was given; null for people, who choose their own. */
export const GET: RequestHandler = ({ locals }) => json({ scene: locals.session?.device?.scene ?? null });
