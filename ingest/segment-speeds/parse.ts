import * as v from 'valibot';
import { accept, refuse } from '#domain/result.ts';
import type { ParseFeed } from '../feeds/contract.ts';
import { Head, Id, Line, parseRecords, Time, wrong } from '../feeds/json.ts';
import { AHEAD } from '../feeds/readings.ts';

const Kmh = v.pipe(v.number(), v.finite(), v.minValue(0), v.maxValue(250));

const Segment = v.looseObject({
  id: Id,
  kmh: Kmh,
  freeKmh: v.optional(v.nullable(Kmh), null),
  confidence: v.optional(v.nullable(v.pipe(v.number(), v.minValue(0), v.maxValue(1))), null),
  time: v.optional(v.nullable(Time), null),
  line: v.optional(v.nullable(Line), null),
});

/** Segment speeds: `{ time, segments: [{ id, kmh, freeKmh, confidence, time, line }] }`; README.md has the whole format. */
export const parseSpeeds: ParseFeed = (body, contentType, context) =>
  parseRecords(
    body,
    contentType,
    context,
    v.looseObject(Head),
    (m) => m.segments,
    (raw, head) => {
      const r = v.safeParse(Segment, raw);
      if (!r.success) return refuse('format', wrong(r.issues));
      const { id, kmh, freeKmh, confidence, time, line } = r.output;
      const at = time ?? head.time;
      if (at > context.receivedAt + AHEAD) return refuse('future', 'measured in the future');
      return accept({
        type: 'segment',
        id,
        at,
        kmh,
        freeKmh,
        confidence,
        line: line === null ? null : line.map(context.toWgs84),
      });
    },
  );
