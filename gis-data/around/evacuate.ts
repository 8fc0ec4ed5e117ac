import { setImmediate as turn } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import * as v from 'valibot';
import { MAX_BLOCKS, MAX_SHELTERS, type Evacuation, type EvacuationInput } from '#domain/around/evacuation.ts';
import { VEHICLES } from '#domain/city/travel.ts';
import { accept, refuse, type Result } from '#domain/result.ts';
import { Position, type Basis, type EtasAnswer, type EtasQuestion } from '../roads/wire.ts';

/** Blocks of people to shelters, by the road times of now: `POST /evacuate` of the road engine's process. */

const Count = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(10_000_000));
export const EvacuateQuestion = v.object({
  blocks: v.pipe(v.array(v.object({ at: Position, people: Count })), v.minLength(1), v.maxLength(MAX_BLOCKS)),
  shelters: v.pipe(v.array(v.object({ at: Position, places: Count })), v.minLength(1), v.maxLength(MAX_SHELTERS)),
  /** How they get there. */
  vehicle: v.optional(v.picklist(VEHICLES), 'car'),
});
export type EvacuateQuestion = v.InferInput<typeof EvacuateQuestion>;

export interface EvacuateAnswer extends Omit<Evacuation, 'flows'> {
  /** With the seconds of each. */
  readonly flows: readonly (Evacuation['flows'][number] & { readonly timeS: number })[];
  /** Speeds and closures that the times rest on. */
  readonly basis: Basis;
}
export type EvacuateRefusal = 'bad-question' | 'no-network' | 'busy' | 'away';

/** The assignment of the largest question takes a second; more is a fault. */
const WITHIN_MS = 20_000;
let asked = 0;

/**
 * Times are one question of the road engine for each shelter, with turns for others in between; the assignment runs in a thread.
 * A shelter beyond every road takes nobody. Two at once; a third is refused.
 */
export async function answerEvacuate(
  etas: (question: EtasQuestion) => Result<EtasAnswer> | Promise<Result<EtasAnswer>>,
  question: unknown,
): Promise<Result<EvacuateAnswer, EvacuateRefusal>> {
  const read = v.safeParse(EvacuateQuestion, question);
  if (!read.success) return refuse('bad-question', v.summarize(read.issues).slice(0, 400));
  if (asked >= 2) return refuse('busy', 'two evacuations are being computed already');
  asked++;
  try {
    const { blocks, shelters, vehicle } = read.output;
    const from = blocks.map((b) => b.at);
    const seconds: (number | null)[][] = blocks.map(() => []);
    let basis: Basis | null = null;
    for (const shelter of shelters) {
      const answer = await etas({ to: shelter.at, from, vehicle });
      if (!answer.ok && answer.code === 'no-network') return refuse('no-network', answer.reason);
      const times = answer.ok ? answer.value.etas : null;
      if (answer.ok) basis = answer.value.basis;
      seconds.forEach((row, b) => row.push(times?.[b]?.timeS ?? null));
      await turn();
    }
    if (!basis) return refuse('no-network', 'no shelter is near a road');
    const input = { people: blocks.map((b) => b.people), places: shelters.map((s) => s.places), seconds };
    const { flows, ...rest } = await inThread(input);
    return accept({ ...rest, flows: flows.map((f) => ({ ...f, timeS: seconds[f.block]![f.shelter]! })), basis });
  } finally {
    asked--;
  }
}

/** @throws when the thread fails or takes too long */
async function inThread(input: EvacuationInput): Promise<Evacuation> {
  const worker = new Worker(new URL('./evacuate-worker.ts', import.meta.url), { workerData: input });
  const timer = setTimeout(() => void worker.terminate(), WITHIN_MS);
  try {
    return await new Promise<Evacuation>((resolve, reject) => {
      worker.once('message', resolve);
      worker.once('error', reject);
      worker.once('exit', () => reject(new Error(`an evacuation was not computed within ${WITHIN_MS} ms`)));
    });
  } finally {
    clearTimeout(timer);
    await worker.terminate();
  }
}
