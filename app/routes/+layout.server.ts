import { mayDo, type Right } from '#domain/access.ts';
import { currentDemo } from '#lib/server/demo.ts';
import { currentAlarms } from '#lib/server/alarms.ts';
import { settings } from '#lib/server/runtime.ts';
import type { LayoutServerLoad } from './$types';

type Word =
  | 'map'
  | 'floor'
  | 'reports'
  | 'recordings'
  | 'today'
  | 'walls'
  | 'status'
  | 'layers'
  | 'cameras'
  | 'cities'
  | 'accounts';
const NAV: { href: string; word: Word; right: Right }[] = [
  { href: '/map', word: 'map', right: 'map.see' },
  { href: '/floor', word: 'floor', right: 'floor.see' },
  { href: '/recordings', word: 'recordings', right: 'recording.hear' },
  { href: '/reports', word: 'reports', right: 'report.see' },
  { href: '/today', word: 'today', right: 'today.see' },
  { href: '/walls', word: 'walls', right: 'wall.see' },
  { href: '/status', word: 'status', right: 'status.see' },
  { href: '/admin/layers', word: 'layers', right: 'layer.manage' },
  { href: '/admin/cameras', word: 'cameras', right: 'camera.manage' },
  { href: '/admin/cities', word: 'cities', right: 'city.manage' },
  { href: '/admin/accounts', word: 'accounts', right: 'account.manage' },
];

/** What every page knows: who is here, in which language, city zone, what is simulated, and the server's time. */
export const load: LayoutServerLoad = async ({ locals, depends }) => {
  depends('app:demo');
  const { session, language } = locals;
  const { zone } = settings();
  return {
    language,
    zone,
    demo: await currentDemo(),
    openAlarms: session && mayDo(session.role, 'status.see') ? await currentAlarms() : null,
    now: Date.now(),
    me: session
      ? {
          role: session.role,
          name: session.account ? session.account.name : session.device.name,
          passwordInitial: session.account?.passwordInitial ?? false,
        }
      : null,
    nav: session?.account
      ? NAV.filter((n) => mayDo(session.role, n.right)).map(({ href, word }) => ({ href, word }))
      : [],
  };
};
