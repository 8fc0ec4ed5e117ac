import { json } from '@sveltejs/kit';
import { answerQuery, refuse } from '#lib/server/queries/answer.ts';
import { db } from '#lib/server/runtime.ts';
import { roomHistory, versionPlan } from '#store/floor-plans.ts';
import type { RequestHandler } from './$types';

/** `?room=1&before=40`: versions of a room, newest first (without a room: the removed rooms). `?n=12`: one version with its plan. */
export const GET: RequestHandler = (event) =>
  answerQuery(event, 'floor.see', async () => {
    const { searchParams } = event.url;
    const number = (name: string): number | null => {
      const text = searchParams.get(name);
      return text !== null && /^\d{1,15}$/.test(text) ? Number(text) : null;
    };
    const missing = (): Response => refuse(404, 'plan-room-missing');
    if (searchParams.has('n')) {
      const n = number('n');
      const found = n === null ? null : await versionPlan(db(), n);
      return found ? json({ ok: true, made: found }) : missing();
    }
    const room = number('room');
    if (room === null && searchParams.has('room')) return missing();
    const before = number('before');
    const of = { room: room === null ? null : String(room), ...(before === null ? {} : { before }) };
    return json({ ok: true, made: await roomHistory(db(), of) });
  });
