import { accept, refuse, type Result } from '../result.ts';
import { cityDay, cityHour, type Instant } from '../time.ts';

/**
 * Where the recordings of a call lie: a template with tokens, for a folder (RECORDINGS_PATTERN) or an address (RECORDINGS_URL).
 * Day and hour are those of the call's beginning in the city's zone.
 */
export const PATTERN_TOKENS = ['yyyy', 'mm', 'dd', 'hh', 'call', 'caller', 'called'] as const;
type Token = (typeof PATTERN_TOKENS)[number];

/** What of a call a template may name. */
export interface PatternCall {
  readonly id: string;
  readonly setupAt: Instant;
  readonly caller: string;
  readonly called: string;
}

/** Characters of a value that may become a part of a path: none that separates folders. */
const SAFE_VALUE = /^(?!\.{1,2}$)[\w.+@~-]{1,150}$/;
const TOKEN = /\{([^{}]*)\}/g;

const unknownToken = (template: string): string | null => {
  for (const [, name] of template.matchAll(TOKEN))
    if (!PATTERN_TOKENS.some((t) => t === name))
      return `{${name}} is no token; there are {${PATTERN_TOKENS.join('}, {')}}`;
  return /[{}]/.test(template.replace(TOKEN, '')) ? 'has a brace that is not of a token' : null;
};

/** What is wrong with RECORDINGS_PATTERN ('must …'); null: nothing. */
export function patternMistake(template: string): string | null {
  const token = unknownToken(template);
  if (token !== null) return `must hold known tokens: ${token}`;
  const parts = template.split('/');
  if (parts.some((p) => p === '' || p === '.' || p === '..') || /[\\\0]/.test(template))
    return 'must be a path below the folder, without .. and without a slash at its ends';
  if (parts.slice(0, -1).some((p) => p.includes('*'))) return 'must have * in the name of the file only';
  if (!/\{call\}|\{caller\}|\{called\}/.test(parts.at(-1)!))
    return 'must name the call in the name of the file: {call}';
  return null;
}

/** What is wrong with RECORDINGS_URL; null: nothing. */
export function urlMistake(template: string): string | null {
  if (template === '') return null;
  const token = unknownToken(template);
  if (token !== null) return `must hold known tokens: ${token}`;
  if (!template.includes('{call}')) return 'must name the call: {call}';
  const at = template.replace(TOKEN, 'x');
  if (!URL.canParse(at) || !/^https?:$/.test(new URL(at).protocol)) return 'must be an http(s) address';
  return null;
}

function valueOf(token: Token, call: PatternCall, zone: string): string {
  const day = cityDay(call.setupAt, zone);
  switch (token) {
    case 'yyyy':
      return day.slice(0, 4);
    case 'mm':
      return day.slice(5, 7);
    case 'dd':
      return day.slice(8, 10);
    case 'hh':
      return String(cityHour(call.setupAt, zone)).padStart(2, '0');
    case 'call':
      return call.id;
    case 'caller':
      return call.caller;
    case 'called':
      return call.called;
  }
}

export interface FilePattern {
  /** Folder below the configured one, '' for itself. */
  readonly folder: string;
  readonly matches: (name: string) => boolean;
  /** As tried, for people. */
  readonly text: string;
}

const escape = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');

/**
 * The folder and the names of the files that a call's recordings have. The id of a call is matched whole: that of 17.1 is not
 * found in 17.10.wav.
 * @returns `unsafe` when a value of the call cannot be part of a path
 */
export function filePattern(template: string, call: PatternCall, zone: string): Result<FilePattern, 'unsafe'> {
  let unsafe: string | null = null;
  const value = (token: string): string => {
    const text = valueOf(token as Token, call, zone);
    if (!SAFE_VALUE.test(text)) unsafe ??= token;
    return text;
  };
  const text = template.replace(TOKEN, (_, token: string) => value(token));
  if (unsafe !== null) return refuse('unsafe', unsafe);
  const cut = template.lastIndexOf('/');
  const name = template
    .slice(cut + 1)
    .split(/(\{[^{}]*\}|\*)/)
    .map((part) =>
      part === '*'
        ? '[^/]*'
        : part.startsWith('{')
          ? // digits beside a number would make it another number
            `(?<!\\d)${escape(value(part.slice(1, -1)))}(?!\\d)`
          : escape(part),
    )
    .join('');
  const whole = new RegExp(`^${name}$`, 'u');
  return accept({
    folder: text.slice(0, Math.max(0, text.lastIndexOf('/'))),
    matches: (file) => whole.test(file),
    text,
  });
}

/** The address that a call's recording has. Values are encoded, so that none of them changes the address. */
export const addressOf = (template: string, call: PatternCall, zone: string): string =>
  template.replace(TOKEN, (_, token: string) => encodeURIComponent(valueOf(token as Token, call, zone)));

/**
 * A file as the switch named it, as a path below our folder.
 * @param switchDir the switch's own folder of recordings, which ours is a copy or mount of
 * @returns `elsewhere` when the switch keeps it outside that folder, `unsafe` when it is no plain path
 */
export function toldPath(file: string, switchDir: string): Result<string, 'elsewhere' | 'unsafe'> {
  const base = switchDir.replace(/\/+$/, '');
  let path = file;
  if (file.startsWith('/')) {
    if (!file.startsWith(`${base}/`)) return refuse('elsewhere', file);
    path = file.slice(base.length + 1);
  }
  const parts = path.split('/').filter((p) => p !== '' && p !== '.');
  if (parts.length === 0 || parts.includes('..') || /[\0\\]/.test(path) || path.length > 500)
    return refuse('unsafe', file);
  return accept(parts.join('/'));
}
