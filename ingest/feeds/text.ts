import type { Text } from '#domain/city/rows.ts';
import { accept, refuse, type Result } from '#domain/result.ts';
import type { ParseCode } from './contract.ts';

/** Encodings that partners really use; a name that is none of these is refused instead of guessed. */
const ENCODINGS: Record<string, string> = {
  'utf-8': 'utf-8',
  utf8: 'utf-8',
  'us-ascii': 'utf-8',
  ascii: 'utf-8',
  'iso-8859-1': 'windows-1252',
  latin1: 'windows-1252',
  'windows-1252': 'windows-1252',
  gbk: 'gbk',
  gb2312: 'gbk',
  gb18030: 'gb18030',
  big5: 'big5',
  'utf-16': 'utf-16le',
  'utf-16le': 'utf-16le',
  'utf-16be': 'utf-16be',
};

/**
 * Bytes to text: byte-order mark, then the XML declaration, then the charset of the content type, then UTF-8.
 * Bytes that are no text in that encoding are refused.
 */
export function decodeText(body: Uint8Array, contentType: string | null): Result<string, ParseCode> {
  if (body.length === 0) return refuse('empty', 'the message is empty');
  const head = Buffer.from(body.subarray(0, 200)).toString('latin1');
  const named =
    (body[0] === 0xff && body[1] === 0xfe && 'utf-16le') ||
    (body[0] === 0xfe && body[1] === 0xff && 'utf-16be') ||
    (body[0] === 0xef && body[1] === 0xbb && body[2] === 0xbf && 'utf-8') ||
    /^\s*<\?xml[^>]*\sencoding\s*=\s*["']([^"']+)["']/i.exec(head)?.[1] ||
    /charset\s*=\s*"?([^\s;"]+)/i.exec(contentType ?? '')?.[1] ||
    'utf-8';
  const label = Object.hasOwn(ENCODINGS, named.toLowerCase()) ? ENCODINGS[named.toLowerCase()] : undefined;
  if (!label) return refuse('encoding', `the message says its encoding is “${named.slice(0, 40)}”, which is not known`);
  try {
    return accept(new TextDecoder(label, { fatal: true }).decode(body));
  } catch {
    // a decoder that throws is how "not this encoding" is said
    return refuse('encoding', `the message is not ${label} text`);
  }
}

/** What Postgres and a screen can hold: no control characters but tab and newline, no half characters; trimmed, and cut at `max`. */
export function clean(text: string, max = 4000): string {
  const t = text
    .toWellFormed()
    .replace(/[\u0000-\u0008\u000b-\u001f\u007f]/g, ' ')
    .trim();
  return t.length <= max ? t : t.slice(0, max - 1).toWellFormed() + '…';
}

export const NO_TEXT: Text = { zh: null, en: null, other: null };

/** Puts texts by their language tag (RFC 3066) into ours; `other` is filled only when neither Chinese nor English came. */
export function textOf(parts: readonly { language: string | null; text: string | null }[], max = 4000): Text {
  let zh: string | null = null;
  let en: string | null = null;
  let other: string | null = null;
  for (const p of parts) {
    const text = p.text === null ? '' : clean(p.text, max);
    if (text === '') continue;
    const lang = (p.language ?? guessLanguage(text)).toLowerCase();
    if (/^(zh|cmn|cn)\b/.test(lang)) zh ??= text;
    else if (/^en\b/.test(lang)) en ??= text;
    else other ??= text;
  }
  return { zh, en, other: zh === null && en === null ? other : null };
}

/** CAP's default language is en-US, which Chinese senders who forget the element do not mean. */
function guessLanguage(text: string): string {
  return /\p{Script=Han}/u.test(text) ? 'zh' : 'en';
}
