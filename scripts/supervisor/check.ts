import type { FloorCommandRow } from '#domain/steer/rows.ts';
import type { Floor } from './floor.ts';
import type { Lab } from './lab.ts';

/** One thing that must hold on a real Asterisk. */
export interface Check {
  readonly name: string;
  run(floor: Floor, lab: Lab): Promise<{ ok: boolean; detail: unknown }>;
}

/** A command's end in a few words. */
export const say = (r: FloorCommandRow | string): string =>
  typeof r === 'string'
    ? `not asked: ${r}`
    : `${r.state}${r.code ? ` ${r.code}` : ''}${r.detail ? ` (${r.detail})` : ''}`;
export const isDone = (r: FloorCommandRow | string): boolean => typeof r !== 'string' && r.state === 'confirmed';
export const ended = (r: FloorCommandRow | string, state: string, code: string): boolean =>
  typeof r !== 'string' && r.state === state && r.code === code;

/** Does a telephone hear all of these? @param text what Lab.hear says of it */
export const has = (text: string | undefined, ...who: readonly string[]): boolean =>
  who.every((w) => (text ?? '').split('+').includes(w));
