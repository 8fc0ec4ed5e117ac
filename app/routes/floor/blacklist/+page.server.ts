import { readImport } from '#domain/blacklist/import.ts';
import { barFilter } from '#lib/server/blacklist-query.ts';
import { actor, field, mustMay, refused } from '#lib/server/guard.ts';
import { fileRecords, notTaken } from '#lib/server/import-file.ts';
import { db, settings } from '#lib/server/runtime.ts';
import { barList, barSwitch, importBars, openNumbers } from '#store/blacklist.ts';
import type { Actions, PageServerLoad } from './$types';

const PAGE_SIZE = 50;

export const load: PageServerLoad = async (event) => {
  mustMay(event, 'blacklist.change');
  event.depends('floor:blacklist');
  const now = Date.now();
  const filter = barFilter(event.url.searchParams);
  const page = Math.max(1, Math.min(10_000, Number.parseInt(event.url.searchParams.get('page') ?? '1', 10) || 1));
  const [list, onSwitch] = await Promise.all([
    barList(db(), filter, now, { limit: PAGE_SIZE, offset: (page - 1) * PAGE_SIZE }),
    barSwitch(db()),
  ]);
  return { ...list, filter, page, pageSize: PAGE_SIZE, onSwitch, askedAt: now, zone: settings().zone };
};

export const actions: Actions = {
  /** Looks at a file, and takes it when `confirm` is given: the file is checked each time, whatever the screen showed. */
  import: async (event) => {
    const who = actor(event, 'blacklist.change');
    if (!who.ok) return who.answer;
    const form = await event.request.formData();
    const file = await fileRecords(form);
    if (!file.ok) return file.answer;
    const { now } = who.by;
    const read = readImport(file.records, await openNumbers(db(), now), { zone: settings().zone, now });
    if (!read.ok) return notTaken(read);
    const skipped = { count: read.skipped.length, first: read.skipped.slice(0, 20) };
    if (field(form, 'confirm') !== 'yes') return { preview: { entries: read.bars.length, skipped } };
    if (read.bars.length === 0) return refused('import-nothing');
    const { account } = who.session;
    const taken = await importBars(
      db(),
      read.bars,
      { name: file.name, skipped: skipped.count },
      { officer: { account: account!.id, name: account!.name }, now },
    );
    return taken.ok ? { imported: taken.value.entries, skipped } : refused(taken.code, taken.reason);
  },
};
