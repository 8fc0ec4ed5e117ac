import { clearance, type Role } from '#domain/access.ts';
import { maskFreeText, streetLevel } from '#domain/cases/mask.ts';
import { maskNumber } from '#domain/floor/mask.ts';
import type { CaseListRow, VisitRow } from '#store/row-lists.ts';

/** Rows as a role may see them: the same clearances as its live topics. */
export const seesCallers = (role: Role): boolean => clearance(role, 'floor') === 'full';
export const seesCases = (role: Role): boolean => clearance(role, 'cases') === 'full';

export function visitFor(role: Role, row: VisitRow): VisitRow {
  return seesCallers(role) || row.caller === null ? row : { ...row, caller: maskNumber(row.caller) };
}

export function caseFor(role: Role, row: CaseListRow): CaseListRow {
  if (seesCases(role)) return row;
  if (row.sensitive) return { ...row, title: '', place: null, street: null, category: row.category.slice(0, 1) };
  return { ...row, title: maskFreeText(row.title), place: row.place === null ? null : streetLevel(row.place) };
}
