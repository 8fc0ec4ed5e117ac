import type { Instant } from '#domain/time.ts';

/**
 * One AMI packet: header names in lower case, first value of a repeated header. Without a prototype, so that a header
 * named `constructor` or `__proto__` (a dial plan may send any) is a header and nothing else.
 */
export type AmiFields = Readonly<Record<string, string>>;

/** Longest value that is kept; a dial plan may put anything into a UserEvent. */
const VALUE_AT_MOST = 4096;

/** Copies a packet of the library into safe fields; total on anything. */
export function fieldsOf(item: unknown): AmiFields {
  const out: Record<string, string> = Object.create(null) as Record<string, string>;
  if (item === null || typeof item !== 'object') return out;
  for (const key of Object.keys(item)) {
    let value = (item as Record<string, unknown>)[key];
    // the first of a repeated header is Asterisk's own: a UserEvent's headers come after the channel's
    if (Array.isArray(value)) value = value.find((x) => typeof x === 'string');
    // the library makes `Variable: NAME` an object {NAME: ''}
    if (key === 'variable' && value !== null && typeof value === 'object') value = Object.keys(value)[0];
    if (typeof value === 'string') out[key.toLowerCase()] = value.slice(0, VALUE_AT_MOST);
  }
  return out;
}

/** 'epoch.micro' to an instant, cut to the millisecond so that its whole second stays the switch's; null when it is none. */
export function timestampOf(text: string | undefined): Instant | null {
  const m = /^(\d{9,11})(?:\.(\d{1,9}))?$/.exec(text ?? '');
  if (!m) return null;
  return Number(m[1]) * 1000 + Number((m[2] ?? '').slice(0, 3).padEnd(3, '0'));
}

/** Whole number, or the fallback when the text is none. */
export const intOf = (text: string | undefined, fallback: number): number =>
  text !== undefined && /^-?\d{1,15}$/.test(text) ? Number(text) : fallback;

/** Where a channel is in the dial plan, 'context,exten'; '' when the switch does not say. */
export const placeOf = (f: AmiFields): string => (f.context && f.exten ? `${f.context},${f.exten}` : '');
/** The extension of a place. */
export const extenOf = (place: string): string => place.slice(place.indexOf(',') + 1);

/** Asterisk writes '<unknown>' (or 'unknown' in lists) where it has no number. */
export const numberOf = (text: string | undefined): string =>
  text === undefined || text === '<unknown>' || text === 'unknown' ? '' : text;

/** 'PJSIP/1003-0000001a' → 'PJSIP/1003'; 'Local/1013@qlocal-00000004;2' → 'Local/1013@qlocal'. */
export const deviceOf = (channel: string): string => channel.replace(/-[0-9a-f]{8,}(;[12])?$/i, '');

/** The number or name in a device: 'PJSIP/1003' and 'hint:1003@hints' → '1003', 'Local/1013@qlocal/n' → '1013'. */
export function endpointOf(device: string): string {
  const bare = device.replace(/^[^/:]*[/:]/, '').replace(/[@/].*$/, '');
  return bare === '' ? device : bare;
}

export const isLocal = (channel: string): boolean => channel.startsWith('Local/');

/** Technologies of channels that are no telephone: announcers, recorders, messages. */
const NO_TELEPHONE = /^(CBAnn|CBRec|Message|Surrogate|Announcer|Recorder|Snoop|NULL|Bridge|UnicastRTP|MulticastRTP)\//;
export const isTelephone = (channel: string): boolean => !NO_TELEPHONE.test(channel) && !isLocal(channel);

/** Uniqueids of the legs that our own hand makes when a supervisor listens (hand/plan.ts): no call of the floor. */
export const HAND_PREFIX = 'wf-hand-';
/** Uniqueids of the officer's leg when he has a number dialled: an outbound call of the floor like any other. */
export const DIAL_PREFIX = 'wf-dial-';
export const isOfHand = (uniqueid: string): boolean => uniqueid.startsWith(HAND_PREFIX);
