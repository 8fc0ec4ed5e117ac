import { cameraTemplate } from '#lib/server/cameras/file.ts';
import { mustMay } from '#lib/server/guard.ts';
import type { RequestHandler } from './$types';

/** The file to fill in for an import. */
export const GET: RequestHandler = (event) => {
  mustMay(event, 'camera.manage');
  return new Response(cameraTemplate(event.locals.language), {
    headers: {
      'content-type': 'text/csv; charset=utf-8',
      'content-disposition': 'attachment; filename="cameras-template.csv"',
    },
  });
};
