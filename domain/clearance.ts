import { maskCases } from './cases/mask.ts';
import { maskFloor } from './floor/mask.ts';
import { maskIncidents } from './incidents/mask.ts';
import type { Topic } from './folds.ts';
import type { Row } from './tables.ts';

/** What a row shows to those without full clearance; null: nothing of it. */
export type Mask = (collection: string, row: Row) => Row | null;

/** A topic without a mask holds nothing personal and exists in one clearance only. */
export const MASKS: Record<Topic, Mask | null> = {
  floor: maskFloor,
  cases: maskCases,
  incidents: maskIncidents,
  city: null,
};
