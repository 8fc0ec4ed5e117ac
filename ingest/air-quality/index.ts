import type { FeedType } from '../feeds/contract.ts';
import { feedSource } from '../feeds/index.ts';
import { parseAirQuality } from './parse.ts';

export const airQualityType: FeedType = { kind: 'air-quality', parse: parseAirQuality };
export const airQuality = feedSource(airQualityType);
