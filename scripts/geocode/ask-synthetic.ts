import { metres } from '#domain/geo.ts';
import { buildFromMap, divisionsOf, learn } from '#gis-data/places/build.ts';
import type { Candidate } from '#gis-data/places/candidate.ts';
import { geocode } from '#gis-data/places/geocode.ts';
import type { Sql, Tx } from '#store/db.ts';
import { districtsAt, type City } from '#store/gis.ts';
import { syntheticSet, VAGUE, type Kind, type Question } from './synthetic.ts';

/** Asks for the addresses of synthetic.ts, and counts how they were answered. */

/** Row 24 of the field's features. */
const GOALS = { rightStreet: 0.85, medianM: 150, toldVague: 1 } as const;

export interface Score {
  readonly asked: number;
  /** The first candidate lies in the 街道 of the truth. */
  readonly rightStreet: number;
  readonly medianM: number;
  readonly within150: number;
  /** Within the radius that the answer names. */
  readonly inRadius: number;
}
export interface SyntheticFigures {
  readonly known: number;
  readonly all: Score;
  readonly kinds: Readonly<Partial<Record<Kind, Score>>>;
  /** Of the questions that no more than a road or a 街道 can answer: those whose answer says so. */
  readonly toldVague: number;
  readonly p95Ms: number;
}
export interface Answer {
  readonly question: Question;
  readonly found: Candidate | null;
  readonly errorM: number;
  readonly rightStreet: boolean;
}

/** What falls short of the goals, in words. */
export const missedGoals = (f: SyntheticFigures): string[] =>
  [
    f.all.rightStreet >= GOALS.rightStreet ? null : `right 街道 below ${GOALS.rightStreet * 100} %`,
    f.all.medianM <= GOALS.medianM ? null : `median above ${GOALS.medianM} m`,
    f.toldVague >= GOALS.toldVague ? null : 'an answer claims to know more than can be known',
  ].filter((m) => m !== null);

const quantile = (xs: readonly number[], q: number): number => {
  const sorted = [...xs].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * q))] ?? Number.NaN;
};

function scoreOf(answers: readonly Answer[]): Score {
  const share = (fits: (a: Answer) => boolean): number => answers.filter(fits).length / answers.length;
  return {
    asked: answers.length,
    rightStreet: share((a) => a.rightStreet),
    medianM: quantile(answers.map((a) => a.errorM), 0.5), // prettier-ignore
    within150: share((a) => a.errorM <= 150),
    inRadius: share((a) => a.errorM <= (a.found?.radiusM ?? 0)),
  };
}

const STEP = 1000;

/** Makes the gazetteer of `city` anew in this database, teaches it what is known, and asks. */
export async function askSynthetic(
  sql: Sql,
  city: City,
  count: number,
  seed: number,
): Promise<{ figures: SyntheticFigures; answers: Answer[] }> {
  const { known, questions } = await syntheticSet(sql, city.id, count, seed);
  await sql.begin((tx) => buildFromMap(tx as Tx, city));
  const divisions = await divisionsOf(sql, city);
  for (let i = 0; i < known.length; i += STEP)
    await sql.begin((tx) => learn(tx as Tx, city.id, divisions, known.slice(i, i + STEP)));
  await sql`analyze gazetteer_name, gazetteer_key, gazetteer_house, gazetteer_seen`;
  const times: number[] = [];
  const found: (Candidate | null)[] = [];
  for (const q of questions) {
    const began = performance.now();
    const [first] = await geocode(sql, city.id, divisions, q.text);
    times.push(performance.now() - began);
    found.push(first ?? null);
  }
  const where = await districtsAt(sql, questions.map((q, i) => found[i]?.at ?? q.at)); // prettier-ignore
  const answers = questions.map((question, i): Answer => {
    const at = found[i]?.at;
    return {
      question,
      found: found[i]!,
      errorM: at ? metres(at, question.at) : Infinity,
      rightStreet: at !== undefined && where[i]?.street?.code === question.street,
    };
  });
  const vague = answers.filter((a) => VAGUE.has(a.question.kind));
  return {
    answers,
    figures: {
      known: known.length,
      all: scoreOf(answers),
      kinds: Object.fromEntries([...Map.groupBy(answers, (a) => a.question.kind)].map(([kind, of]) => [kind, scoreOf(of)])),
      toldVague: vague.filter((a) => a.found?.level === 'street' || a.found?.level === 'district').length / vague.length,
      p95Ms: quantile(times, 0.95),
    },
  };
} // prettier-ignore
