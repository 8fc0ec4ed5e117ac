import type { Logger } from 'pino';
import { windArea, windChanged } from '#domain/around/area.ts';
import type { Instant } from '#domain/time.ts';
import type { Sql } from '#store/db.ts';
import { followingWind, reweighArea, windAt } from '#store/incidents.ts';

/**
 * Areas that follow the wind are computed anew when it changed. While no station tells the wind they stay as they are: their inputs
 * say how old it is.
 * @returns how many were computed anew
 */
export async function followWind(sql: Sql, log: Logger, now: Instant): Promise<number> {
  let done = 0;
  for (const { id, at, area } of await followingWind(sql)) {
    const { wind: before, reachM, isolationM } = area.inputs;
    if (!before || reachM === undefined || isolationM === undefined) continue;
    const wind = await windAt(sql, at, now);
    if (!wind || !windChanged(before, wind)) continue;
    if (await reweighArea(sql, id, area, windArea(at, wind, { reachM, isolationM }), now)) {
      done++;
      log.info(
        { incident: id, fromDeg: wind.fromDeg, speedMps: wind.speedMps },
        'the wind changed: area computed anew',
      );
    }
  }
  return done;
}
