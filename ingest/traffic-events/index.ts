import type { FeedType } from '../feeds/contract.ts';
import { feedSource } from '../feeds/index.ts';
import { parseTraffic } from './parse.ts';

export const trafficEventsType: FeedType = { kind: 'traffic-events', parse: parseTraffic };
export const trafficEvents = feedSource(trafficEventsType);
