import { ensureDemoCity } from '#gis-data/demo-city/load.ts';
import { connect } from '#store/db.ts';
import { activeCity } from '#store/gis.ts';
import { withScratchDatabase } from '#scripts/provision/index.ts';
import { migrate } from '#store/migrate.ts';
import { askSynthetic, missedGoals, type Answer, type Score, type SyntheticFigures } from './ask-synthetic.ts';

/** `npm run geocode:check -- --synthetic`. */

const percent = (x: number): string => `${(x * 100).toFixed(1)} %`;

const scoreLine = (what: string, s: Score): string =>
  `    ${what.padEnd(26)} ${String(s.asked).padStart(4)}  right 街道 ${percent(s.rightStreet).padStart(7)}  median ${s.medianM.toFixed(0).padStart(5)} m  within 150 m ${percent(s.within150).padStart(7)}  in radius ${percent(s.inRadius).padStart(7)}`;

const answerLine = ({ question, found, errorM, rightStreet }: Answer): string =>
  `  ${errorM.toFixed(0).padStart(6)} m ${rightStreet ? '' : 'other 街道 '}[${question.kind}] ${question.text} → ${found ? `${found.label} (${found.district}) ${found.level} ${found.score.toFixed(2)}` : '–'}`;

function tell(f: SyntheticFigures, answers: readonly Answer[], worst: number): void {
  console.log(`${f.known} addresses known, ${f.all.asked} others asked for; p95 ${f.p95Ms.toFixed(1)} ms`);
  for (const [kind, s] of Object.entries(f.kinds)) console.log(scoreLine(kind, s));
  for (const a of [...answers].sort((x, y) => y.errorM - x.errorM).slice(0, worst)) console.log(answerLine(a));
}

/**
 * Asks for invented addresses of the demo city, in a database of its own.
 * @returns the command's exit code
 */
export async function syntheticCheck(o: {
  readonly count: number;
  readonly seed: number;
  readonly worst: number;
  readonly json: boolean;
}): Promise<number> {
  return await withScratchDatabase(async ({ url }) => {
    const sql = connect(url, { max: 2, name: 'watchfloor-geocode-synthetic' });
    try {
      await migrate(sql);
      await ensureDemoCity(sql);
      const city = (await activeCity(sql))!;
      const { figures: f, answers } = await askSynthetic(sql, city, o.count, o.seed);
      const missed = missedGoals(f);
      if (o.json) console.log(JSON.stringify({ city: city.id, seed: o.seed, ...f, missed }));
      else {
        tell(f, answers, o.worst);
        console.log(
          `geocode:check ${city.id}, synthetic, ${f.all.asked} addresses, seed ${o.seed}: ${percent(f.all.rightStreet)} in the right 街道, median ${f.all.medianM.toFixed(0)} m, ${percent(f.toldVague)} of what is known to a road or 街道 only says so${missed.length > 0 ? `; missed: ${missed.join(', ')}` : ''}`,
        );
      }
      return missed.length > 0 ? 1 : 0;
    } finally {
      await sql.end({ timeout: 5 });
    }
  });
}
