import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { allPids, isAlive, processId, sendSignal } from '#scripts/provision/processes.ts';

/**
 * A family is every process that carries a mark in its environment: those we started and all that they started in turn,
 * also when they left our group, also when their parent is dead.
 */
export const FAMILY = 'WATCHFLOOR_FAMILY';

/** Pids of the living members, without this process. A mark `m` has the families `m/…` within it. */
export function familyOf(mark: string): number[] {
  const entry = `${FAMILY}=${mark}`;
  const belongs = (e: string): boolean => e === entry || e.startsWith(`${entry}/`);
  return allPids().filter((pid) => {
    if (pid === process.pid) return false;
    try {
      return readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0').some(belongs) && processId(pid) !== null;
    } catch {
      return false; // gone, or another user's
    }
  });
}

/** Ends every member: SIGTERM, then SIGKILL after `graceMs`. @returns how many there were at first */
export async function endFamily(mark: string, graceMs: number): Promise<number> {
  const first = familyOf(mark).flatMap((pid) => processId(pid) ?? []);
  for (const p of first) sendSignal(p.pid, 'SIGTERM');
  const deadline = Date.now() + graceMs;
  while (Date.now() < deadline && first.some(isAlive)) await sleep(50);
  for (let left = familyOf(mark); left.length > 0; left = familyOf(mark)) {
    for (const pid of left) sendSignal(pid, 'SIGKILL');
    await sleep(50);
  }
  return first.length;
}
