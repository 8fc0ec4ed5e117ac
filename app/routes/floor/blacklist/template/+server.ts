import { template } from '#lib/server/blacklist-file.ts';
import { mustMay } from '#lib/server/guard.ts';
import type { RequestHandler } from './$types';

/** The file to fill in for an import. */
export const GET: RequestHandler = (event) => {
  mustMay(event, 'blacklist.change');
  return new Response(template(event.locals.language), {
    headers: {
      'content-type': 'text/csv; charset=utf-8',
      'content-disposition': 'attachment; filename="blacklist-template.csv"',
    },
  });
};
