import type { Officer } from '../incidents/rows.ts';
import type { SteerCode, SteerState, SteerWish } from './rows.ts';

/** Facts of supervisors' commands: who did what to whom, why, and what came of it. Subject: the number of the command. */
export type SteerFactBody =
  | { kind: 'command.asked'; body: SteerWish & { by: Officer } }
  | {
      kind: 'command.changed';
      body: { state: Exclude<SteerState, 'asked'>; code: SteerCode | null; detail: string };
    };
