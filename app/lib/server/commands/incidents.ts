import * as v from 'valibot';
import type { LngLat } from '#domain/city/rows.ts';
import type { IncidentContent } from '#domain/incidents/facts.ts';
import {
  close,
  confirm,
  contentOf,
  control,
  correct,
  MAX_REASON,
  reject,
  respond,
  type IncidentRefusal,
} from '#domain/incidents/incident.ts';
import { INCIDENT_CLASSES, REPORT_SOURCES } from '#domain/incidents/rows.ts';
import { refuse, type Result } from '#domain/result.ts';
import { districtAt } from '#store/gis.ts';
import { addReport, changeIncident, openIncident, takeIncident } from '#store/incidents.ts';
import { command, Key, Point, Text, type Command, type CommandContext } from './command.ts';

/** What the desks do with incidents (workflow §4). The rules are in domain/incidents/incident.ts. */

const Id = v.pipe(v.string(), v.regex(/^\d{8}-\d{4,6}$/));
const Content = {
  class: v.picklist(INCIDENT_CLASSES),
  level: v.picklist([1, 2, 3, 4]),
  title: Text(200),
  place: v.nullable(Text(300)),
  at: Point,
  sensitive: v.boolean(),
};
const Report = {
  source: v.picklist(REPORT_SOURCES),
  sourceRef: v.nullable(Text(200)),
  text: v.nullable(Text(4000)),
  requestKey: Key,
};
type ContentInput = {
  class: string;
  level: number;
  title: string;
  place: string | null;
  at: LngLat;
  sensitive: boolean;
};

/** Checked content with the district that its point lies in: the boundary decides, not who wrote it. */
async function contentAt(
  input: ContentInput,
  { sql }: CommandContext,
): Promise<Result<IncidentContent, IncidentRefusal>> {
  const checked = contentOf({ ...input, district: null });
  if (!checked.ok) return checked;
  const where = await districtAt(sql, input.at[0], input.at[1]);
  return { ok: true, value: { ...checked.value, district: where?.district?.name ?? null } };
}

/** A report from a case or a feed names it; what an officer heard names nothing. */
const namesIts = (source: string, ref: string | null): boolean =>
  (source === 'case' || source === 'feed') === (ref !== null);

export const INCIDENT_COMMANDS = {
  'open-incident': command(
    'incident.change',
    v.strictObject({ ...Content, ...Report, drill: v.boolean() }),
    async (input, context) => {
      if (!namesIts(input.source, input.sourceRef))
        return refuse('input', 'a case or feed report must name its source');
      if (input.source === 'case' && !(await caseExists(context, input.sourceRef!)))
        return refuse('case-missing', input.sourceRef!);
      const content = await contentAt(input, context);
      if (!content.ok) return content;
      const { source, sourceRef, text, requestKey, drill } = input;
      return openIncident(
        context.sql,
        { content: content.value, report: { source, sourceRef, text, requestKey }, drill },
        context,
      );
    },
  ),
  'add-report': command(
    'incident.change',
    v.strictObject({ ...Report, id: Id, place: v.nullable(Text(300)), at: v.nullable(Point) }),
    async (input, context) => {
      if (!namesIts(input.source, input.sourceRef))
        return refuse('input', 'a case or feed report must name its source');
      if (input.source === 'case' && !(await caseExists(context, input.sourceRef!)))
        return refuse('case-missing', input.sourceRef!);
      const { id, at, ...report } = input;
      return addReport(context.sql, id, { ...report, point: at }, context);
    },
  ),
  take: command('incident.change', v.strictObject({ id: Id, reason: v.nullable(Text(MAX_REASON)) }), (input, context) =>
    takeIncident(context.sql, input.id, input.reason, context),
  ),
  confirm: changeContent(confirm),
  correct: changeContent(correct),
  reject: command(
    'incident.change',
    v.strictObject({ id: Id, reason: Text(MAX_REASON), passedTo: v.nullable(v.picklist(['case', 'police'])) }),
    ({ id, reason, passedTo }, context) =>
      changeIncident(context.sql, id, (i) => reject(i, context.by, reason, passedTo), context),
  ),
  respond: command('incident.change', v.strictObject({ id: Id }), ({ id }, context) =>
    changeIncident(context.sql, id, (i) => respond(i, context.by), context),
  ),
  control: command('incident.change', v.strictObject({ id: Id }), ({ id }, context) =>
    changeIncident(context.sql, id, (i) => control(i, context.by), context),
  ),
  close: command('incident.change', v.strictObject({ id: Id, summary: Text(MAX_REASON) }), ({ id, summary }, context) =>
    changeIncident(context.sql, id, (i) => close(i, context.by, summary), context),
  ),
} satisfies Record<string, Command>;

function changeContent(rule: typeof confirm): Command {
  return command('incident.change', v.strictObject({ id: Id, ...Content }), async ({ id, ...input }, context) => {
    const content = await contentAt(input, context);
    if (!content.ok) return content;
    return changeIncident(context.sql, id, (i) => rule(i, context.by, content.value), context);
  });
}

async function caseExists({ sql }: CommandContext, caseNo: string): Promise<boolean> {
  const [r] = await sql`select 1 from hotline_case where case_no = ${caseNo}`;
  return r !== undefined;
}
