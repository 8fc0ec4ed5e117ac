import { CAMERA_COLUMN_NAMES, CAMERA_COLUMNS } from '#domain/cameras/import.ts';
import { BOM, csvLine } from '#lib/rows/csv.ts';

/** The front server takes forms of 2 MB (BODY_SIZE_LIMIT): 10,000 rows; more come in several files. */
export const MAX_CAMERA_FILE_BYTES = 2_000_000;

/** A file to fill in: the heads and one row that shows how. */
export function cameraTemplate(language: 'zh-CN' | 'en'): string {
  const head = CAMERA_COLUMNS.map((c) => (language === 'en' ? c : CAMERA_COLUMN_NAMES[c][0]!));
  const [name, owner] = language === 'en' ? ['East gate', 'Traffic police'] : ['东门广场', '交警支队'];
  const live = 'https://media.example/live/C-0001/index.m3u8';
  return BOM + csvLine(head) + csvLine(['C-0001', name, '120.20512', '22.99871', '90', '70', owner, live, '', '']);
}
