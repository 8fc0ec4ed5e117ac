import { mayDo, type Right, type Role } from '#domain/access.ts';
import type { Words } from '#lib/i18n/locale.ts';
import { missedCount } from './missed-count.svelte.ts';

export type FloorTab = Exclude<keyof Words['floorTabs'], 'main'>;

/** Pages of the floor in the order in which they stand beside its title. */
const TABS: readonly { tab: FloorTab; href: string; right: Right }[] = [
  { tab: 'desk', href: '/floor', right: 'floor.see' },
  { tab: 'plan', href: '/floor/plan', right: 'floor.see' },
  { tab: 'queues', href: '/floor/queues', right: 'floor.see' },
  { tab: 'ivr', href: '/floor/ivr', right: 'floor.see' },
  { tab: 'missed', href: '/floor/missed', right: 'floor.see' },
  { tab: 'strategy', href: '/floor/strategy', right: 'floor.see' },
  { tab: 'blacklist', href: '/floor/blacklist', right: 'blacklist.change' },
];

/** The pages of the floor that this role may open. */
export const tabsFor = (role: Role): { tab: FloorTab; href: string }[] =>
  TABS.filter((t) => mayDo(role, t.right)).map(({ tab, href }) => ({ tab, href }));

/** What {@link import('#lib/ui/Page.svelte')} shows of them. */
export const floorTabs = (tabs: readonly { tab: FloorTab; href: string }[], words: Words, path: string) => ({
  label: words.floorTabs.main,
  items: tabs.map(({ tab, href }) => ({
    href,
    text: words.floorTabs[tab],
    count: tab === 'missed' ? missedCount.open : null,
  })),
  path,
});
