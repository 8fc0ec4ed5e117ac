import { CAMERA_COLUMN_NAMES, CAMERA_COLUMNS } from '#domain/cameras/import.ts';
import { mustMay } from '#lib/server/guard.ts';
import { templateFile } from '#lib/server/import-file.ts';
import type { RequestHandler } from './$types';

/** The file to fill in for an import, as CSV or Excel. */
export const GET: RequestHandler = (event) => {
  mustMay(event, 'camera.manage');
  const english = event.locals.language === 'en';
  const head = CAMERA_COLUMNS.map((c) => (english ? c : CAMERA_COLUMN_NAMES[c][0]!));
  const [name, owner] = english ? ['East gate', 'Traffic police'] : ['东门广场', '交警支队'];
  const live = 'https://media.example/live/C-0001/index.m3u8';
  const example = ['C-0001', name!, '120.20512', '22.99871', '90', '70', owner!, live, '', ''];
  return templateFile({ name: 'cameras-template', head, example }, event.url);
};
