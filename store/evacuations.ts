import {
  MAX_ARRIVED,
  MAX_EVACUATIONS,
  withChanges,
  type ShelterChange,
  type ShelterFill,
  type EvacuationFactBody,
  type EvacuationPlan,
  type EvacuationRow,
} from '#domain/around/evacuation-rows.ts';
import type { BlockFlow } from '#domain/around/replan.ts';
import type { FactDraft } from '#domain/fact.ts';
import type { Actor } from '#domain/incidents/incident.ts';
import { accept, refuse, type Result } from '#domain/result.ts';
import type { Instant } from '#domain/time.ts';
import { nextNumber } from './day-number.ts';
import { fromTs, toTs, type Sql, type Tx } from './db.ts';
import { recording } from './facts.ts';

/** Evacuations: the plans behind the live rows, changed together with the facts that say so. */

type Who = { readonly by: Actor; readonly now: Instant; readonly zone: string };
export type EvacuationRefusal = 'evacuation-missing' | 'evacuation-shelter' | 'evacuation-arrived' | 'incident-missing';

const draft = (body: EvacuationFactBody, who: Who, drill: boolean): FactDraft => ({
  ...body,
  at: who.now,
  subject: `evacuation:${body.body.id}`,
  actor: `user:${who.by.officer.account}`,
  ...(drill ? { drill: true } : {}),
});

interface Stored {
  plan: EvacuationPlan;
  planned_at: Date;
  drill: boolean;
  ended_at: Date | null;
}

async function lockedRow(tx: Tx, id: string): Promise<Stored | null> {
  const [r] = await tx<Stored[]>`
    select plan, planned_at, drill, ended_at from evacuation where id = ${id} and ended_at is null for update`;
  return r ?? null;
}

/**
 * Keeps a plan, as a new evacuation or in the place of an older plan of the same one: arrivals of shelters that stay are kept.
 * @returns its number; the same `requestKey` again finds the same one
 */
export async function keepEvacuation(
  sql: Sql,
  input: { plan: EvacuationPlan; flows: readonly BlockFlow[]; id: string | null; requestKey: string },
  who: Who,
): Promise<Result<{ id: string }, EvacuationRefusal>> {
  return recording<Result<{ id: string }, EvacuationRefusal>>(sql, async (tx) => {
    await tx`select pg_advisory_xact_lock(hashtext(${`evacuation ${input.id ?? input.requestKey}`}))`;
    const [again] = await tx<{ id: string }[]>`select id from evacuation where request_key = ${input.requestKey}`;
    if (again) return { facts: [], result: accept({ id: again.id }) };
    let { plan } = input;
    let drill = false;
    if (plan.incident !== null) {
      const [incident] = await tx<{ drill: boolean }[]>`select drill from incident where id = ${plan.incident}`;
      if (!incident) return { facts: [], result: refuse('incident-missing', plan.incident) };
      drill = incident.drill;
    }
    const old = input.id === null ? null : await lockedRow(tx, input.id);
    if (input.id !== null && !old) return { facts: [], result: refuse('evacuation-missing', input.id) };
    if (old) plan = withArrivals(plan, old.plan);
    const id = input.id ?? `V${await nextNumber(tx, 'evacuation', who.now, who.zone)}`;
    await tx`
      insert into evacuation (id, incident, planned_at, plan, flows, drill, request_key)
      values (${id}, ${plan.incident}, ${toTs(who.now)}, ${tx.json(plan as never)}, ${tx.json(input.flows as never)}, ${drill}, ${input.requestKey})
      on conflict (id) do update set planned_at = excluded.planned_at, plan = excluded.plan, flows = excluded.flows,
        request_key = excluded.request_key`;
    return { facts: [draft({ kind: 'evacuation.planned', body: { id, plan } }, who, drill)], result: accept({ id }) };
  });
}

/** Who has arrived is there, whatever is planned anew: shelters that the new plan leaves out stay while somebody is in them. */
function withArrivals(plan: EvacuationPlan, old: EvacuationPlan): EvacuationPlan {
  const was = new Map(old.shelters.map((s) => [s.id, s]));
  const now = new Set(plan.shelters.map((s) => s.id));
  return {
    ...plan,
    shelters: [
      ...plan.shelters.map((s) => ({ ...s, arrived: was.get(s.id)?.arrived ?? 0 })),
      ...old.shelters
        .filter((s) => s.arrived > 0 && !now.has(s.id))
        .map((s) => ({ ...s, assigned: 0, extra: s.arrived })),
    ],
  };
}

/** How many are in a shelter now, as somebody counted. Told twice it is done once. */
export async function setArrived(
  sql: Sql,
  id: string,
  shelter: string,
  arrived: number,
  who: Who,
): Promise<Result<null, EvacuationRefusal>> {
  if (!Number.isInteger(arrived) || arrived < 0 || arrived > MAX_ARRIVED)
    return refuse('evacuation-arrived', String(arrived));
  return recording<Result<null, EvacuationRefusal>>(sql, async (tx) => {
    const row = await lockedRow(tx, id);
    if (!row) return { facts: [], result: refuse('evacuation-missing', id) };
    const found = row.plan.shelters.find((s) => s.id === shelter);
    if (!found) return { facts: [], result: refuse('evacuation-shelter', shelter) };
    if (found.arrived === arrived) return { facts: [], result: accept(null) };
    const shelters = row.plan.shelters.map((s) => (s.id === shelter ? { ...s, arrived } : s));
    await tx`update evacuation set plan = ${tx.json({ ...row.plan, shelters } as never)} where id = ${id}`;
    const fact = draft(
      { kind: 'evacuation.arrived', body: { id, shelter, arrived, by: who.by.officer } },
      who,
      row.drill,
    );
    return { facts: [fact], result: accept(null) };
  });
}

/** How many places of a shelter others hold, as somebody counted: they are no people of this evacuation. Told twice it is done once. */
export async function setTaken(
  sql: Sql,
  id: string,
  shelter: string,
  taken: number,
  who: Who,
): Promise<Result<null, EvacuationRefusal>> {
  if (!Number.isInteger(taken) || taken < 0 || taken > MAX_ARRIVED) return refuse('evacuation-arrived', String(taken));
  return recording<Result<null, EvacuationRefusal>>(sql, async (tx) => {
    const row = await lockedRow(tx, id);
    if (!row) return { facts: [], result: refuse('evacuation-missing', id) };
    const found = row.plan.shelters.find((s) => s.id === shelter);
    if (!found) return { facts: [], result: refuse('evacuation-shelter', shelter) };
    if ((found.taken ?? 0) === taken) return { facts: [], result: accept(null) };
    return { facts: [await filled(tx, id, row, [{ id: shelter, taken }], who)], result: accept(null) };
  });
}

/** @param who null: the registry tells it */
async function filled(
  tx: Tx,
  id: string,
  row: Stored,
  shelters: ShelterChange[],
  who: Who | { readonly by: null; readonly now: Instant },
): Promise<FactDraft> {
  await tx`update evacuation set plan = ${tx.json({ ...row.plan, shelters: withChanges(row.plan.shelters, shelters) } as never)} where id = ${id}`;
  return {
    ...{ kind: 'evacuation.filled', body: { id, shelters, by: who.by?.officer ?? null } },
    ...{ at: who.now, subject: `evacuation:${id}` },
    actor: who.by === null ? 'system:registry' : `user:${who.by.officer.account}`,
    ...(row.drill ? { drill: true } : {}),
  };
}

/**
 * Running evacuations follow the registry: a shelter that holds fewer, that others fill or that is no longer named. The plan stays as
 * it is; the screen says where it no longer holds.
 * @returns the numbers of the evacuations with something new
 */
export async function followRegistry(sql: Sql, now: Instant): Promise<string[]> {
  const open = await sql<{ id: string }[]>`select id from evacuation where ended_at is null order by id`;
  const done: string[] = [];
  for (const { id } of open) {
    const changed = await recording<boolean>(sql, async (tx) => {
      const row = await lockedRow(tx, id);
      const changes = row ? await toldAnew(tx, row.plan.shelters) : [];
      if (!row || changes.length === 0) return { facts: [], result: false };
      return { facts: [await filled(tx, id, row, changes, { by: null, now })], result: true };
    });
    if (changed) done.push(id);
  }
  return done;
}

/** What the registry tells of these shelters now and did not tell before. */
async function toldAnew(tx: Tx, shelters: readonly ShelterFill[]): Promise<ShelterChange[]> {
  const known = shelters.filter((s) => s.id.startsWith('registry:'));
  const rows = await tx<{ id: string; places: number; taken: number }[]>`
    select 'registry:' || id as id, coalesce(capacity, 0) as places, coalesce(occupied, 0) as taken from city_thing
    where city = (select id from city where active) and id = any(${known.map((s) => s.id.slice('registry:'.length))})`;
  const now = new Map(rows.map((r) => [r.id, r]));
  return known.flatMap(({ id, places, taken, told }): ShelterChange[] => {
    const before = told ?? { places, taken: taken ?? 0 };
    const after = now.get(id) ?? { places: 0, taken: 0 };
    if (after.places === before.places && after.taken === before.taken) return [];
    return [{ id, places: after.places, taken: after.taken, told: { places: after.places, taken: after.taken } }];
  });
}

/**
 * Places of shelters that the running evacuations of the desks hold, by shelter: for all who are to go there, or are there where those are
 * more. Real evacuations and drills hold nothing of one another.
 * @param of the evacuation that is planned: its incident, null without one; its own number where it is computed anew, which is left out
 */
export async function placesHeld(
  sql: Sql,
  of: { readonly incident: string | null; readonly id: string | null },
): Promise<ReadonlyMap<string, number>> {
  const rows = await sql<{ shelter: string; held: number }[]>`
    with shown as (
      select id, plan, drill from evacuation where ended_at is null order by planned_at desc, id desc limit ${MAX_EVACUATIONS}
    )
    select s ->> 'id' as shelter,
      sum(greatest((s ->> 'assigned')::int + coalesce((s ->> 'extra')::int, 0), (s ->> 'arrived')::int))::float8 as held
    from shown, jsonb_array_elements(plan -> 'shelters') s
    where id is distinct from ${of.id}
      and drill = coalesce((select drill from incident where id = ${of.incident}), false)
    group by 1`;
  return new Map(rows.map((r) => [r.shelter, r.held]));
}

export async function endEvacuation(sql: Sql, id: string, who: Who): Promise<Result<null, EvacuationRefusal>> {
  return recording<Result<null, EvacuationRefusal>>(sql, async (tx) => {
    const row = await lockedRow(tx, id);
    if (!row) return { facts: [], result: refuse('evacuation-missing', id) };
    await tx`update evacuation set ended_at = ${toTs(who.now)} where id = ${id}`;
    const fact = draft({ kind: 'evacuation.ended', body: { id, by: who.by.officer } }, who, row.drill);
    return { facts: [fact], result: accept(null) };
  });
}

/** An evacuation of any age with its blocks; null when there is no such number. */
export async function evacuationById(
  sql: Sql,
  id: string,
): Promise<{ row: EvacuationRow; flows: BlockFlow[]; endedAt: Instant | null } | null> {
  const [r] = await sql<(Stored & { flows: BlockFlow[] })[]>`
    select plan, flows, planned_at, drill, ended_at from evacuation where id = ${id}`;
  if (!r) return null;
  return {
    row: { ...r.plan, plannedAt: fromTs(r.planned_at), drill: r.drill },
    flows: r.flows,
    endedAt: r.ended_at && fromTs(r.ended_at),
  };
}
