import type { Words } from '#lib/i18n/locale.ts';

/** The pages of recordings, beside their title. */
export const recordingTabs = (words: Words, path: string) => ({
  label: words.recordings.tabs.main,
  items: [
    { href: '/recordings', text: words.recordings.tabs.list },
    { href: '/recordings/audit', text: words.recordings.tabs.audit },
    { href: '/recordings/storage', text: words.recordings.tabs.storage },
  ],
  path,
});
