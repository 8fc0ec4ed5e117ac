import * as v from 'valibot';
import { refuse } from '#domain/result.ts';
import type { ParseFeed } from '../feeds/contract.ts';
import { Head, parseRecords, Point, wrong } from '../feeds/json.ts';
import { readHappening, readStation } from '../feeds/readings.ts';

const Event = v.looseObject({ id: v.unknown(), position: v.optional(v.nullable(Point), null) });

/**
 * Urban management: `{ time, complete, sensors: [...], events: [...] }`: what its sensors measure and what its
 * inspectors report; README.md has the whole format.
 */
export const parseUrbanManagement: ParseFeed = (body, contentType, context) =>
  parseRecords(
    body,
    contentType,
    context,
    v.looseObject({
      ...Head,
      sensors: v.optional(v.array(v.unknown()), []),
      events: v.optional(v.array(v.unknown()), []),
    }),
    (m) => [
      ...((m.sensors as unknown[] | undefined) ?? []).map((sensor) => ({ sensor })),
      ...((m.events as unknown[] | undefined) ?? []).map((event) => ({ event })),
    ],
    (raw, head) => {
      const { sensor, event } = raw as { sensor?: unknown; event?: unknown };
      if (sensor !== undefined) return readStation(sensor, head, context);
      const r = v.safeParse(Event, event);
      if (!r.success) return refuse('format', wrong(r.issues));
      return readHappening(r.output.id, r.output.position, event, context);
    },
  );
