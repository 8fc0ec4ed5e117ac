import * as v from 'valibot';
import type { ParseFeed } from '../feeds/contract.ts';
import { Head, parseRecords } from '../feeds/json.ts';
import { readStation } from '../feeds/readings.ts';

/** Weather observations: `{ time, stations: [{ id, name, position, time, values }] }`; README.md has the whole format. */
export const parseObservations: ParseFeed = (body, contentType, context) =>
  parseRecords(body, contentType, context, v.looseObject(Head), (m) => m.stations, readStation);
