import type { FeedType } from '../feeds/contract.ts';
import { feedSource } from '../feeds/index.ts';
import { parseObservations } from './parse.ts';

export const weatherObservationsType: FeedType = { kind: 'weather-observations', parse: parseObservations };
export const weatherObservations = feedSource(weatherObservationsType);
