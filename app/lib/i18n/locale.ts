import { getContext, setContext } from 'svelte';
import { en } from './en.ts';
import { Format } from './format.ts';
import type { Translated } from './words.ts';
import { zhCN } from './zh-CN.ts';

export const LANGUAGES = ['zh-CN', 'en'] as const;
export type Language = (typeof LANGUAGES)[number];
export type Words = Translated<typeof zhCN>;

export const LANGUAGE_COOKIE = 'wf_language';

export function isLanguage(text: unknown): text is Language {
  return text === 'zh-CN' || text === 'en';
}

/** Chinese first: English only for a browser that asks for it and not for Chinese. */
export function languageOf(acceptLanguage: string | null): Language {
  const wanted = (acceptLanguage ?? '').toLowerCase();
  const zh = wanted.indexOf('zh');
  const english = wanted.indexOf('en');
  return english >= 0 && (zh < 0 || english < zh) ? 'en' : 'zh-CN';
}

export interface Named {
  readonly zh: string;
  readonly en: string;
}

/** Words and formats of one page. The language never changes while a page lives: switching it loads the page anew. */
export interface Locale {
  readonly language: Language;
  /** The language as keys of named things have it. */
  readonly lang: keyof Named;
  readonly zone: string;
  readonly words: Words;
  readonly format: Format;
  /** What screens call something that is named in both languages; without a name its id. */
  readonly name: (names: Readonly<Record<string, Named>>, id: string) => string;
  /** The sentence for a refusal code. */
  refusal(code: string): string;
}

export function makeLocale(language: Language, zone: string): Locale {
  const words: Words = language === 'en' ? en : zhCN;
  const lang = language === 'en' ? 'en' : 'zh';
  return {
    language,
    lang,
    zone,
    words,
    format: new Format(language, zone, words),
    name: (names, id) => (Object.hasOwn(names, id) ? names[id]![lang] : id),
    refusal: (code) =>
      Object.hasOwn(words.refusals, code)
        ? words.refusals[code as keyof Words['refusals']]
        : `${words.refusals.unknown} (${code})`,
  };
}

const KEY = Symbol('locale');
export const provideLocale = (locale: Locale): Locale => setContext(KEY, locale);
/** Words and formats of this page; call it while a component is made. */
export const useLocale = (): Locale => getContext<Locale>(KEY);
