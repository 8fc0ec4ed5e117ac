import * as v from 'valibot';
import {
  circleArea,
  drawnArea,
  MAX_AREA_M,
  MAX_AREA_POINTS,
  MAX_BESIDE_M,
  MAX_LINE_POINTS,
  windArea,
  type AreaPolygons,
  type NewArea,
} from '#domain/around/area.ts';
import { MAX_ARRIVED, type EvacuationRow } from '#domain/around/evacuation-rows.ts';
import type { BlockFlow } from '#domain/around/replan.ts';
import type { LngLat } from '#domain/city/rows.ts';
import { clearArea, setArea } from '#domain/incidents/incident.ts';
import { accept, refuse, type Result } from '#domain/result.ts';
import { findAround, planEvacuation } from '#lib/server/around.ts';
import { alongLine } from '#store/around-line.ts';
import { endEvacuation, evacuationById, keepEvacuation, setArrived, setTaken } from '#store/evacuations.ts';
import { changeIncident, incidentById, windAt } from '#store/incidents.ts';
import { command, Key, Point, type Command, type CommandContext } from './command.ts';
import { End, resolveEnd } from './ends.ts';

/** What is around a place, what an incident affects, and who must leave and where to. */

const Metres = v.pipe(v.number(), v.minValue(10), v.maxValue(MAX_AREA_M));
const Ring = v.pipe(
  v.array(Point),
  v.minLength(4),
  v.check((r) => r[0]![0] === r.at(-1)![0] && r[0]![1] === r.at(-1)![1], 'a ring is closed'),
);
const Polygons = v.pipe(
  v.array(v.pipe(v.array(Ring), v.minLength(1))),
  v.minLength(1),
  v.check((a) => a.flat(2).length <= MAX_AREA_POINTS, `at most ${MAX_AREA_POINTS} corners`),
);
const Line = v.pipe(
  v.array(Point),
  v.maxLength(MAX_LINE_POINTS),
  v.check((l) => l.some((p) => p[0] !== l[0]![0] || p[1] !== l[0]![1]), 'a line has two different points'),
);
const Radii = v.pipe(
  v.array(Metres),
  v.minLength(1),
  v.maxLength(5),
  v.check((r) => r.every((x, i) => i === 0 || x > r[i - 1]!), 'radii ascend'),
);
export const AroundQuestion = v.strictObject({
  from: End,
  extent: v.union([
    v.strictObject({ radiiM: Radii }),
    v.strictObject({ area: Polygons }),
    v.strictObject({ line: Line, besideM: v.pipe(v.number(), v.minValue(10), v.maxValue(MAX_BESIDE_M)) }),
  ]),
  days: v.nullable(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(3660))),
});
/** How an area is estimated. */
const Estimate = v.variant('kind', [
  v.strictObject({ kind: v.literal('circle'), radiusM: Metres }),
  v.strictObject({ kind: v.literal('wind'), reachM: Metres, isolationM: Metres }),
  v.strictObject({
    kind: v.literal('drawn'),
    polygons: Polygons,
    levelM: v.nullable(v.pipe(v.number(), v.minValue(-100), v.maxValue(9000))),
  }),
]);
type Estimate = v.InferOutput<typeof Estimate>;
const IncidentId = v.pipe(v.string(), v.regex(/^\d{8}-\d{4,6}$/));
const EvacuationId = v.pipe(v.string(), v.regex(/^V\d{8}-\d{4,6}$/));

/** The area as an estimate says; of the wind with what is measured now. */
async function estimated(e: Estimate, at: LngLat, { sql, now }: CommandContext): Promise<Result<NewArea>> {
  switch (e.kind) {
    case 'circle':
      return accept(circleArea(at, e.radiusM));
    case 'drawn':
      return accept(drawnArea(e.polygons, e.levelM));
    case 'wind': {
      if (e.isolationM > e.reachM) return refuse('area-isolation', '');
      const wind = await windAt(sql, at, now);
      return wind ? accept(windArea(at, wind, e)) : refuse('area-wind', '');
    }
  }
}

export async function around(
  asked: v.InferOutput<typeof AroundQuestion>,
  { sql, now }: Pick<CommandContext, 'sql' | 'now'>,
) {
  const end = await resolveEnd(sql, asked.from);
  if (!end.ok) return end;
  const { extent } = asked;
  // beside a line: asked of the area that the database makes of it
  const within = 'line' in extent ? { ...extent, area: await alongLine(sql, extent.line, extent.besideM) } : extent;
  const found = await findAround(sql, end.value.end.at, within, asked.days, now);
  return accept({ from: end.value.end, extent: within, ...found, computedAt: now });
}

export const AROUND_COMMANDS = {
  'find-around': command('route.find', AroundQuestion, (asked, context) => around(asked, context)),
  'estimate-area': command('route.find', v.strictObject({ from: End, estimate: Estimate }), async (asked, context) => {
    const end = await resolveEnd(context.sql, asked.from);
    return end.ok ? estimated(asked.estimate, end.value.end.at, context) : end;
  }),
  'set-area': command(
    'incident.change',
    v.strictObject({ id: IncidentId, estimate: Estimate }),
    async (asked, context) => {
      const found = await incidentById(context.sql, asked.id);
      if (!found) return refuse('incident-missing', asked.id);
      const area = await estimated(asked.estimate, found.row.at, context);
      return area.ok ? changeIncident(context.sql, asked.id, (i) => setArea(i, context.by, area.value), context) : area;
    },
  ),
  'clear-area': command('incident.change', v.strictObject({ id: IncidentId }), ({ id }, context) =>
    changeIncident(context.sql, id, (i) => clearArea(i, context.by), context),
  ),
  'plan-evacuation': command(
    'incident.change',
    v.strictObject({ from: End, area: Polygons, onFoot: v.optional(v.boolean(), false), requestKey: Key }),
    async ({ from, area, onFoot, requestKey }, context) => plan(from, area, onFoot, null, requestKey, context),
  ),
  'replan-evacuation': command(
    'incident.change',
    v.strictObject({ id: EvacuationId, requestKey: Key }),
    async ({ id, requestKey }, context) => {
      const old = await evacuationById(context.sql, id);
      if (!old || old.endedAt !== null) return refuse('evacuation-missing', id);
      const { incident, title, at, area, onFoot = false } = old.row;
      const from: End = incident
        ? { kind: 'incident', ref: incident }
        : { kind: 'point', ref: null, label: title.slice(0, 120), at: [at[0], at[1]] };
      return plan(from, area, onFoot, { id, ...old }, requestKey, context);
    },
  ),
  'set-arrived': command(
    'incident.change',
    v.strictObject({
      id: EvacuationId,
      shelter: v.pipe(v.string(), v.maxLength(100)),
      arrived: v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(MAX_ARRIVED)),
    }),
    ({ id, shelter, arrived }, context) => setArrived(context.sql, id, shelter, arrived, context),
  ),
  'set-taken': command(
    'incident.change',
    v.strictObject({
      id: EvacuationId,
      shelter: v.pipe(v.string(), v.maxLength(100)),
      taken: v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(MAX_ARRIVED)),
    }),
    ({ id, shelter, taken }, context) => setTaken(context.sql, id, shelter, taken, context),
  ),
  'end-evacuation': command('incident.change', v.strictObject({ id: EvacuationId }), ({ id }, context) =>
    endEvacuation(context.sql, id, context),
  ),
} satisfies Record<string, Command>;

async function plan(
  from: End,
  area: AreaPolygons,
  onFoot: boolean,
  old: { id: string; row: EvacuationRow; flows: readonly BlockFlow[] } | null,
  requestKey: string,
  context: CommandContext,
): Promise<Result<{ id: string }>> {
  const end = await resolveEnd(context.sql, from);
  if (!end.ok) return end;
  const found = await planEvacuation(context.sql, end.value, area, onFoot, old);
  if (!found.ok) return found;
  const { plan: made, flows } = found.value;
  return keepEvacuation(
    context.sql,
    { plan: { ...made, by: context.by.officer }, flows, id: old?.id ?? null, requestKey },
    context,
  );
}
