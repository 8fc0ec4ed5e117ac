import { error } from '@sveltejs/kit';
import { mustMay } from '#lib/server/guard.ts';
import { db } from '#lib/server/runtime.ts';
import { caseFile } from '#store/case-file.ts';
import { recordCaseRead } from '#store/routes.ts';
import type { PageServerLoad } from './$types';

/** One case with content and contacts. Who read it is recorded before it is shown. */
export const load: PageServerLoad = async (event) => {
  const session = mustMay(event, 'case.see');
  const file = await caseFile(db(), event.params.no);
  if (!file) error(404, { message: `there is no case ${event.params.no}` });
  if (session.account) await recordCaseRead(db(), event.params.no, session.account.id, Date.now());
  return { no: event.params.no, file };
};
