import { accept, refuse, type Result } from '#domain/result.ts';
import type { EvacuateAnswer, EvacuateQuestion, EvacuateRefusal } from './evacuate.ts';
import type { CasesAnswer, CasesQuestion, CasesRefusal } from './wire.ts';

/** Asks what stands in the road engine's process beside the roads. Never throws: one that cannot be reached is the refusal `away`. */

type Address = { readonly host: string; readonly port: number };
const CASES_WITHIN_MS = 4000;
const EVACUATE_WITHIN_MS = 30_000;

/** @param at host and port (options ROADS_HOST, ROADS_PORT) */
export const askCases = (at: Address, question: CasesQuestion): Promise<Result<CasesAnswer, CasesRefusal>> =>
  ask(at, '/cases', question, CASES_WITHIN_MS);

export const askEvacuate = (
  at: Address,
  question: EvacuateQuestion,
): Promise<Result<EvacuateAnswer, EvacuateRefusal>> => ask(at, '/evacuate', question, EVACUATE_WITHIN_MS);

async function ask<T extends object, Code extends string>(
  at: Address,
  path: string,
  question: unknown,
  withinMs: number,
): Promise<Result<T, Code | 'away'>> {
  const base = `http://${at.host.includes(':') ? `[${at.host}]` : at.host}:${at.port}`;
  try {
    const response = await fetch(base + path, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(question),
      signal: AbortSignal.timeout(withinMs),
    });
    const answer = (await response.json()) as T | { refused: Code; reason: string };
    return 'refused' in answer ? refuse(answer.refused, answer.reason) : accept(answer);
  } catch (e) {
    return refuse('away', `${base}${path} did not answer: ${(e as Error).message}`);
  }
}
