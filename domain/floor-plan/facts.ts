import type { Fact } from '../fact.ts';
import type { Officer } from '../incidents/rows.ts';
import type { Tables } from '../tables.ts';

/** Facts of the floor plan. Subject: the room's number. The plans themselves are rows with their history (store/floor-plans.ts). */
export type PlanFactBody =
  | { kind: 'plan.saved'; body: { n: number; version: number; name: string; seats: number; by: Officer } }
  | { kind: 'plan.removed'; body: { n: number; version: number; name: string; by: Officer } };

/** Collection of topic `floor` with the one row {@link PLAN_ROW}: how far the plans have changed. Screens then read them again. */
export const PLAN = 'plan';
export const PLAN_ROW = 'rooms';
export type PlanRow = { readonly n: number };

export function foldPlan(tables: Tables, fact: Fact): void {
  if (fact.kind !== 'plan.saved' && fact.kind !== 'plan.removed') return;
  const n = Math.max(fact.body.n, tables.get<PlanRow>(PLAN, PLAN_ROW)?.n ?? 0);
  tables.put<PlanRow>(PLAN, PLAN_ROW, { n });
}
