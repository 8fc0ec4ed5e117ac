import { COLUMN_NAMES, IMPORT_COLUMNS } from '#domain/blacklist/import.ts';
import { mustMay } from '#lib/server/guard.ts';
import { templateFile } from '#lib/server/import-file.ts';
import type { RequestHandler } from './$types';

/** The file to fill in for an import, as CSV or Excel. */
export const GET: RequestHandler = (event) => {
  mustMay(event, 'blacklist.change');
  const english = event.locals.language === 'en';
  const head = IMPORT_COLUMNS.map((c) => COLUMN_NAMES[c].at(english ? -1 : 0)!);
  const [direction, reason] = english ? ['inbound', 'repeated harassment'] : ['呼入', '多次骚扰'];
  const example = ['13800000000', direction!, reason!, '2027-01-01 08:00', '2027-06-30'];
  return templateFile({ name: 'blacklist-template', head, example }, event.url);
};
