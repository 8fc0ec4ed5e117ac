import type { FeedType } from '../feeds/contract.ts';
import { feedSource } from '../feeds/index.ts';
import { parseWarnings } from './parse.ts';

export const weatherWarningsType: FeedType = { kind: 'weather-warnings', parse: parseWarnings };
export const weatherWarnings = feedSource(weatherWarningsType);
