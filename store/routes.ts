import type { Scene } from '#domain/access.ts';
import type { FactDraft } from '#domain/fact.ts';
import type { IncidentFactBody } from '#domain/incidents/facts.ts';
import type { Actor } from '#domain/incidents/incident.ts';
import {
  MAX_LINE_POINTS,
  MAX_SHOWN_ROUTES,
  type Officer,
  type RouteRow,
  type WallViewRow,
} from '#domain/incidents/rows.ts';
import { accept, refuse, type Result } from '#domain/result.ts';
import { cityDay, startOfDay, type Instant } from '#domain/time.ts';
import { nextNumber } from './day-number.ts';
import { fromTs, toTs, type Sql, type Tx } from './db.ts';
import { recording } from './facts.ts';

/** Routes that were chosen on the desks, and what the desks put on the walls. */

export type ChosenRoute = Omit<RouteRow, 'shownAt' | 'shownBy' | 'chosenAt' | 'drill' | 'by'>;
type Who = { readonly by: Actor; readonly now: Instant; readonly zone: string };

const draft = (body: IncidentFactBody, subject: string, who: Who, drill: boolean): FactDraft => ({
  ...body,
  at: who.now,
  subject,
  actor: `user:${who.by.officer.account}`,
  ...(drill ? { drill: true } : {}),
});

/**
 * Keeps a route that somebody chose, and shows it on the wall when asked to.
 * @returns its number; the same `requestKey` again finds the same route
 */
export async function chooseRoute(
  sql: Sql,
  input: { route: ChosenRoute; show: boolean; requestKey: string },
  who: Who,
): Promise<Result<{ id: string }, 'route-long' | 'incident-missing'>> {
  const { route } = input;
  if (Math.max(route.shortest.line.length, route.best.line.length) > MAX_LINE_POINTS)
    return refuse('route-long', `a line has more than ${MAX_LINE_POINTS} points`);
  return recording<Result<{ id: string }, 'route-long' | 'incident-missing'>>(sql, async (tx) => {
    await lockShown(tx);
    const [again] = await tx<{ id: string }[]>`select id from chosen_route where request_key = ${input.requestKey}`;
    if (again) return { facts: [], result: accept({ id: again.id }) };
    let drill = false;
    if (route.incident !== null) {
      const [incident] = await tx<{ drill: boolean }[]>`select drill from incident where id = ${route.incident}`;
      if (!incident) return { facts: [], result: refuse('incident-missing', `there is no incident ${route.incident}`) };
      drill = incident.drill;
    }
    const id = `R${await nextNumber(tx, 'route', who.now, who.zone)}`;
    const body = { ...route, by: who.by.officer };
    await tx`
      insert into chosen_route (id, incident, vehicle, chosen_at, by_account, body, drill, request_key)
      values (${id}, ${route.incident}, ${route.vehicle}, ${toTs(who.now)}, ${who.by.officer.account},
        ${tx.json(body as never)}, ${drill}, ${input.requestKey})`;
    const facts = [draft({ kind: 'route.chosen', body: { id, route: body } }, `route:${id}`, who, drill)];
    if (input.show) facts.push(...(await show(tx, id, drill, who)));
    return { facts, result: accept({ id }) };
  });
}

/** One desk at a time changes what the walls show, so that the limit holds. */
async function lockShown(tx: Tx): Promise<void> {
  await tx`select pg_advisory_xact_lock(hashtext('routes on the walls'))`;
}

/** Shows a route; the oldest leave so that at most {@link MAX_SHOWN_ROUTES} stand on the wall. */
async function show(tx: Tx, id: string, drill: boolean, who: Who): Promise<FactDraft[]> {
  const shown = await tx<{ id: string; drill: boolean }[]>`
    select id, drill from chosen_route where shown_at is not null and id <> ${id} order by shown_at, id for update`;
  const facts: FactDraft[] = [];
  for (const old of shown.slice(0, Math.max(0, shown.length - (MAX_SHOWN_ROUTES - 1)))) {
    await tx`update chosen_route set shown_at = null, shown_by = null where id = ${old.id}`;
    facts.push(
      draft(
        { kind: 'route.hidden', body: { id: old.id, by: who.by.officer, replaced: true } },
        `route:${old.id}`,
        who,
        old.drill,
      ),
    );
  }
  await tx`update chosen_route set shown_at = ${toTs(who.now)}, shown_by = ${tx.json(who.by.officer as never)} where id = ${id}`;
  facts.push(draft({ kind: 'route.shown', body: { id, by: who.by.officer } }, `route:${id}`, who, drill));
  return facts;
}

/** Puts a chosen route on the wall, or takes it off. Asked twice it is done once. */
export async function setRouteShown(
  sql: Sql,
  id: string,
  shown: boolean,
  who: Who,
): Promise<Result<null, 'route-missing' | 'route-old'>> {
  return recording<Result<null, 'route-missing' | 'route-old'>>(sql, async (tx) => {
    await lockShown(tx);
    const [row] = await tx<{ shown_at: Date | null; chosen_at: Date; drill: boolean; newer: number }[]>`
      select shown_at, chosen_at, drill, (select count(*)::int from chosen_route n where n.chosen_at > r.chosen_at) as newer
      from chosen_route r where id = ${id} for update`;
    if (!row) return { facts: [], result: refuse('route-missing', `there is no route ${id}`) };
    if ((row.shown_at !== null) === shown) return { facts: [], result: accept(null) };
    if (shown) {
      // the live state holds today's newest routes only: what left it cannot be shown again
      const today = startOfDay(cityDay(who.now, who.zone), who.zone);
      if (row.newer >= MAX_LIVE || fromTs(row.chosen_at) < today)
        return { facts: [], result: refuse('route-old', `route ${id} is too old; find it anew`) };
      return { facts: await show(tx, id, row.drill, who), result: accept(null) };
    }
    await tx`update chosen_route set shown_at = null, shown_by = null where id = ${id}`;
    const fact = draft(
      { kind: 'route.hidden', body: { id, by: who.by.officer, replaced: false } },
      `route:${id}`,
      who,
      row.drill,
    );
    return { facts: [fact], result: accept(null) };
  });
}
const MAX_LIVE = 16;

/** Asks the walls of a scene to look somewhere; null gives them back their own view. The last desk wins and is named. */
export async function showOnWall(
  sql: Sql,
  scene: Scene,
  view: Omit<WallViewRow, 'by' | 'since'> | null,
  who: Who,
): Promise<void> {
  await recording(sql, async () => ({
    facts: [draft({ kind: 'wall.shown', body: { scene, view, by: who.by.officer } }, `wall:${scene}`, who, false)],
    result: null,
  }));
}

/** Who opened which case with its contacts: kept as a fact. */
export async function recordCaseRead(sql: Sql, caseNo: string, account: number, now: Instant): Promise<void> {
  await recording(sql, async () => ({
    facts: [
      {
        kind: 'desk.caseRead',
        body: { caseNo, account },
        at: now,
        subject: caseNo,
        actor: `user:${account}`,
      },
    ],
    result: null,
  }));
}

/** A chosen route of any age, as its row was; null when there is no such number. */
export async function routeById(sql: Sql, id: string): Promise<RouteRow | null> {
  const [r] = await sql<
    {
      body: Omit<RouteRow, 'shownAt' | 'shownBy' | 'chosenAt' | 'drill'>;
      chosen_at: Date;
      shown_at: Date | null;
      shown_by: Officer | null;
      drill: boolean;
    }[]
  >`select body, chosen_at, shown_at, shown_by, drill from chosen_route where id = ${id}`;
  if (!r) return null;
  return {
    ...r.body,
    chosenAt: fromTs(r.chosen_at),
    shownAt: r.shown_at && fromTs(r.shown_at),
    shownBy: r.shown_by,
    drill: r.drill,
  };
}
