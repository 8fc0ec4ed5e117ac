import { error, redirect } from '@sveltejs/kit';
import { SCENES, type Scene } from '#domain/access.ts';
import { mustMay } from '#lib/server/guard.ts';
import { settings } from '#lib/server/runtime.ts';
import { listens } from '#lib/wall/scenes.ts';
import type { LayoutServerLoad } from './$types';

/** Left by a paired screen, so that it finds its way back to pairing when its session is gone and nobody is there. */
const WALL_COOKIE = 'wf_wall';

/** Everything a scene needs that does not come live: what to listen to, the city's own names and meanings. */
export const load: LayoutServerLoad = (event) => {
  if (!event.locals.session && event.cookies.get(WALL_COOKIE)) redirect(303, '/pair');
  const session = mustMay(event, 'wall.see');
  const device = session.device !== null;
  if (device)
    event.cookies.set(WALL_COOKIE, '1', {
      path: '/',
      maxAge: 400 * 24 * 3600,
      sameSite: 'lax',
      secure: event.url.protocol === 'https:',
    });
  const scene = event.url.pathname.split('/')[2] ?? '';
  if (!(SCENES as readonly string[]).includes(scene)) {
    if (scene === '') redirect(303, device ? `/wall/${session.device.scene}` : '/walls');
    error(404, { message: `there is no scene ${scene}` });
  }
  const { cityName, queueNames, pauseReasons } = settings();
  return {
    scene: scene as Scene,
    device,
    city: cityName,
    queueNames,
    pauseReasons,
    ...listens(scene as Scene, session.role),
  };
};
