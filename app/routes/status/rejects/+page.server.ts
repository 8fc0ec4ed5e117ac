import { mustMay } from '#lib/server/guard.ts';
import { db } from '#lib/server/runtime.ts';
import { rejects } from '#store/status.ts';
import type { PageServerLoad } from './$types';

const PAGE = 50;

export const load: PageServerLoad = async (event) => {
  mustMay(event, 'reject.see');
  const of = (name: string): string => event.url.searchParams.get(name) ?? '';
  const filter = { source: of('source').slice(0, 100), code: of('code').slice(0, 100) };
  const before = /^\d{1,15}$/.test(of('before')) ? Number(of('before')) : 0;
  const list = await rejects(db(), { ...filter, before }, PAGE + 1);
  return { ...filter, before, rejects: list.slice(0, PAGE), more: list.length > PAGE };
};
