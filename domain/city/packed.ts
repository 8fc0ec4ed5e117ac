import type { RowForm } from '../packers.ts';
import { VEHICLE_KINDS, VEHICLE_STATES } from './rows.ts';

/** Bodies of lanes that carry the load: vehicles and road segments. */
export const CITY_PACKED: Readonly<Record<string, RowForm>> = {
  'lane:vehicles': {
    at: 'json',
    '?heading': 'num',
    '?kmh': 'num',
    state: VEHICLE_STATES,
    kind: VEHICLE_KINDS,
    zh: 'text',
    '?en': 'text',
    '?plate': 'text',
    online: 'flag',
    simulated: 'flag',
  },
  'lane:segments': { feed: 'text', kmh: 'num', '?freeKmh': 'num', '?confidence': 'num' },
};
