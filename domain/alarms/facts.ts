import type { Instant } from '../time.ts';
import type { Trouble } from './rows.ts';

/** Facts of the system's alarms. Subject: the number of the alarm. */
export type AlarmFactBody =
  | { kind: 'alarm.raised'; body: Trouble & { times: number } }
  | { kind: 'alarm.cleared'; body: { key: string } }
  | { kind: 'alarm.acknowledged'; body: { key: string } }
  | { kind: 'alarm.shelved'; body: { key: string; until: Instant; reason: string } }
  | { kind: 'alarm.unshelved'; body: { key: string } };
