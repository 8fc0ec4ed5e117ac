import { fail } from '@sveltejs/kit';
import { readImport, type ImportError } from '#domain/blacklist/import.ts';
import { MAX_FILE_BYTES, recordsOf } from '#lib/server/blacklist-file.ts';
import { barFilter } from '#lib/server/blacklist-query.ts';
import { actor, field, mustMay, refused } from '#lib/server/guard.ts';
import { db, settings } from '#lib/server/runtime.ts';
import { barList, barSwitch, importBars, openNumbers } from '#store/blacklist.ts';
import type { Actions, PageServerLoad } from './$types';

const PAGE_SIZE = 50;
/** Wrong rows of a file that are told one by one. */
const ERRORS_TOLD = 200;

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
    const file = form.get('file');
    if (!(file instanceof File) || file.size === 0) return refused('import-empty');
    if (file.size > MAX_FILE_BYTES) return refused('import-large');
    const records = recordsOf(new Uint8Array(await file.arrayBuffer()));
    if (!records) return refused('import-format');
    const { now } = who.by;
    const read = readImport(records, await openNumbers(db(), now), { zone: settings().zone, now });
    if (!read.ok)
      return read.code === 'import-errors'
        ? fail(400, { refused: read.code, rows: read.rows, count: read.errors.length, errors: told(read.errors) })
        : refused(read.code, read.detail);
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

const told = (errors: readonly ImportError[]): readonly ImportError[] => errors.slice(0, ERRORS_TOLD);
