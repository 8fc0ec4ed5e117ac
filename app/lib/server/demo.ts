import { demoOf, simulatedSources, type Demo } from '#domain/demo.ts';
import { cityDay, MINUTE, SECOND, startOfDay } from '#domain/time.ts';
import { lastSimulated, noteSimulated } from '#store/demo.ts';
import { Cached } from './cached.ts';
import { db, log, settings } from './runtime.ts';

const answers = new Cached<Demo>(10 * SECOND, 1);

/** What of that which the screens show is simulated. While the database is away: what the configuration says. */
export async function currentDemo(): Promise<Demo> {
  const now = Date.now();
  const config = settings();
  const simulated = simulatedSources(config);
  const began = startOfDay(cityDay(now, config.zone), config.zone);
  try {
    return await answers.get('', now, async () => demoOf(simulated, await lastSimulated(db()), began, now));
  } catch (e) {
    log.warn({ err: e }, 'what was simulated before is not known');
    return demoOf(simulated, {}, began, now);
  }
}

/** Writes down what is simulated while this process runs. @returns what ends it */
export function keepNotingDemo(): () => void {
  const note = (): void => {
    noteSimulated(db(), simulatedSources(settings()), Date.now()).catch((e: unknown) =>
      log.warn({ err: e }, 'what is simulated could not be noted'),
    );
  };
  note();
  const timer = setInterval(note, MINUTE);
  timer.unref();
  return () => clearInterval(timer);
}
