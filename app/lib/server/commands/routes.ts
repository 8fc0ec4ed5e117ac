import * as v from 'valibot';
import { accept } from '#domain/result.ts';
import { incidentById } from '#store/incidents.ts';
import { setRouteShown, showOnWall } from '#store/routes.ts';
import { command, Key, Point, Text, type Command } from './command.ts';

/** What the desks do with routes and with the walls. */

const RouteId = v.pipe(v.string(), v.regex(/^R\d{8}-\d{4,6}$/));
const View = v.strictObject({
  center: Point,
  zoom: v.pipe(v.number(), v.minValue(8), v.maxValue(18)),
  about: v.strictObject({ kind: v.picklist(['incident', 'route', 'view']), ref: v.nullable(Text(80)) }),
});
void Key;

export const ROUTE_COMMANDS = {
  'show-route': command('wall.show', v.strictObject({ id: RouteId, shown: v.boolean() }), ({ id, shown }, context) =>
    setRouteShown(context.sql, id, shown, context),
  ),
  'show-view': command('wall.show', v.strictObject({ view: v.nullable(View) }), async ({ view }, context) => {
    const about = view?.about.kind === 'incident' && view.about.ref ? await incidentById(context.sql, view.about.ref) : null;
    const sensitive = about?.row.sensitive ?? false;
    await showOnWall(context.sql, 'city', view && { ...view, sensitive }, context);
    return accept(null);
  }),
} satisfies Record<string, Command>;
