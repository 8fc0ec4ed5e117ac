import * as v from 'valibot';
import { STATION_KINDS } from '#domain/around/stations.ts';
import type { RouteEnd, RouteLine } from '#domain/incidents/rows.ts';
import { accept, type Result } from '#domain/result.ts';
import { VEHICLES } from '#gis-data/roads/profile.ts';
import { MAX_ALTERNATIVES, MAX_AVOID, MAX_CORNERS } from '#gis-data/roads/wire.ts';
import { findReach, findStationReach } from '#lib/server/reach.ts';
import { findRoute, nearVehicles, type Found, type Wanted } from '#lib/server/roads.ts';
import { incidentById } from '#store/incidents.ts';
import { chooseRoute, setRouteShown, showOnWall } from '#store/routes.ts';
import { command, Key, Point, Text, type Command, type CommandContext } from './command.ts';
import { End, resolveEnd } from './ends.ts';

/** What the desks do with routes and with the walls. */

const RouteId = v.pipe(v.string(), v.regex(/^R\d{8}-\d{4,6}$/));
const View = v.strictObject({
  center: Point,
  zoom: v.pipe(v.number(), v.minValue(8), v.maxValue(18)),
  about: v.strictObject({ kind: v.picklist(['incident', 'route', 'view']), ref: v.nullable(Text(80)) }),
});
/** Candidates in the list of nearest vehicles. */
const NEAREST = 10;
const Minutes = v.pipe(
  v.array(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(60))),
  v.minLength(1),
  v.maxLength(4),
  v.check((m) => m.every((x, i) => i === 0 || x > m[i - 1]!), 'minutes ascend'),
);

/** For whom, and what the way keeps out of; left out: an ordinary car, nothing. */
const Asked = {
  vehicle: v.optional(v.picklist(VEHICLES), 'car'),
  emergency: v.optional(v.boolean(), false),
  avoid: v.optional(
    v.pipe(v.array(v.pipe(v.array(Point), v.minLength(3), v.maxLength(MAX_CORNERS))), v.maxLength(MAX_AVOID)),
    [],
  ),
};

type Ends = { from: End; to: End } & Wanted;
type Between = {
  from: RouteEnd;
  to: RouteEnd;
  sensitive: boolean;
  found: Found;
  alternatives: readonly RouteLine[];
};

/** Both ends where they are now, and the ways between them. What is sent to a wall is computed here, never taken from a browser. */
async function between(
  { from, to, ...wanted }: Ends,
  { sql }: CommandContext,
  alternatives = 0,
): Promise<Result<Between>> {
  const [a, b] = await Promise.all([resolveEnd(sql, from), resolveEnd(sql, to)]);
  if (!a.ok) return a;
  if (!b.ok) return b;
  const found = await findRoute(a.value.end, b.value.end, wanted, alternatives);
  if (!found.ok) return found;
  return accept({
    from: a.value.end,
    to: b.value.end,
    sensitive: a.value.sensitive || b.value.sensitive,
    ...found.value,
  });
}
const refOf = (kind: RouteEnd['kind'], ...ends: RouteEnd[]): string | null =>
  ends.find((e) => e.kind === kind)?.ref ?? null;

export const ROUTE_COMMANDS = {
  'find-route': command(
    'route.find',
    v.strictObject({
      from: End,
      to: End,
      ...Asked,
      alternatives: v.optional(v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(MAX_ALTERNATIVES)), 0),
    }),
    async ({ alternatives, ...asked }, context) => {
      const r = await between(asked, context, alternatives);
      if (!r.ok) return r;
      const { from, to, found, alternatives: others } = r.value;
      return accept({ from, to, ...found, alternatives: others, computedAt: context.now });
    },
  ),
  'choose-route': command(
    'wall.show',
    v.strictObject({ from: End, to: End, ...Asked, show: v.boolean(), requestKey: Key }),
    async ({ show, requestKey, ...ends }, context) => {
      const r = await between(ends, context);
      if (!r.ok) return r;
      const { from, to, sensitive, found } = r.value;
      const terms = { vehicle: ends.vehicle, emergency: ends.emergency, avoided: ends.avoid.length };
      const route = {
        ...{ from, to, sensitive, terms, ...found },
        incident: refOf('incident', to, from),
        vehicle: refOf('vehicle', from, to),
      };
      return chooseRoute(context.sql, { route, show, requestKey }, context);
    },
  ),
  'show-route': command('wall.show', v.strictObject({ id: RouteId, shown: v.boolean() }), ({ id, shown }, context) =>
    setRouteShown(context.sql, id, shown, context),
  ),
  'show-view': command('wall.show', v.strictObject({ view: v.nullable(View) }), async ({ view }, context) => {
    const about =
      view?.about.kind === 'incident' && view.about.ref ? await incidentById(context.sql, view.about.ref) : null;
    await showOnWall(context.sql, 'city', view && { ...view, sensitive: about?.row.sensitive ?? false }, context);
    return accept(null);
  }),
  'find-reach': command(
    'route.find',
    v.strictObject({
      from: End,
      minutes: Minutes,
      /** From all stations of a kind instead, and how far each is from the place. */
      stations: v.optional(v.nullable(v.picklist(STATION_KINDS)), null),
      ...Asked,
    }),
    async ({ from, minutes, stations, ...asked }, { sql, now }) => {
      const end = await resolveEnd(sql, from);
      if (!end.ok) return end;
      const { at } = end.value.end;
      const found =
        stations === null
          ? await findReach([at], minutes, asked)
          : await findStationReach(sql, at, stations, minutes, asked);
      return found.ok ? accept({ from: end.value.end, ...found.value, computedAt: now }) : found;
    },
  ),
  'near-vehicles': command('route.find', v.strictObject({ to: End }), async ({ to }, context) => {
    const end = await resolveEnd(context.sql, to);
    return end.ok ? nearVehicles(context.sql, end.value.end.at, context.now, NEAREST) : end;
  }),
} satisfies Record<string, Command>;
