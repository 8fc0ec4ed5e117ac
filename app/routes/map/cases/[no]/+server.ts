import { json } from '@sveltejs/kit';
import { answerQuery, refuse } from '#lib/server/queries/answer.ts';
import { db } from '#lib/server/runtime.ts';
import { caseFile } from '#store/case-file.ts';
import { recordCaseRead } from '#store/routes.ts';
import type { RequestHandler } from './$types';

/** Content and contacts of a case. Who read it is recorded before it is handed out. */
export const GET: RequestHandler = (event) =>
  answerQuery(event, 'case.see', async (session) => {
    const { no } = event.params;
    const file = await caseFile(db(), no);
    if (!file) return refuse(404, 'case-missing', no);
    await recordCaseRead(db(), no, session.account.id, Date.now());
    const { text, result, callerName, callerNumber } = file.record;
    return json({ ok: true, made: { text, result, callerName, callerNumber } });
  });
