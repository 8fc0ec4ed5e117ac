import { MAX_ITEM_ID, type WarningMessage } from '#domain/city/items.ts';
import type { WarningRow } from '#domain/city/rows.ts';
import { accept, refuse, type Result } from '#domain/result.ts';
import { parseIso, type Instant } from '#domain/time.ts';
import type { ParseCode, ParseContext, ParseFeed, Parsed, Quarantined } from '../feeds/contract.ts';
import { decodeText, textOf } from '../feeds/text.ts';
import { attr, descendants, kid, kids, readXmlText, textIn, type Xml } from '../feeds/xml.ts';
import { merged, readAreas } from './area.ts';
import { capSeverity, warningLevel } from './level.ts';

const MAX_ALERTS = 500;
const MAX_INFOS = 200;

/**
 * Weather warnings: one CAP 1.1 or 1.2 alert, several inside one document, or an Atom or RSS index of alerts
 * (whose entries are either whole alerts or links to follow). Pure and total.
 */
export const parseWarnings: ParseFeed = (body, contentType, context) => {
  const text = decodeText(body, contentType);
  if (!text.ok) return text;
  const version = /urn:oasis:names:tc:emergency:cap:(\d+(?:\.\d+)*)/.exec(text.value)?.[1];
  if (version !== undefined && version !== '1.1' && version !== '1.2')
    return refuse('version', `CAP ${version} is not understood, only 1.1 and 1.2`);
  const xml = readXmlText(text.value);
  if (!xml.ok) return xml;
  const root = Object.keys(xml.value)[0] ?? '';
  if (root === 'alert') return one(kid(xml.value, 'alert')!, context);
  const alerts = [...descendants(xml.value, 'alert')];
  if (root !== 'feed' && root !== 'rss' && root !== 'RDF' && alerts.length === 0)
    return refuse('format', `the root element is <${root.slice(0, 60)}>, neither a CAP alert nor an index of alerts`);
  return several(alerts, indexLinks(xml.value), xml.value, context);
};

function one(alert: Xml, context: ParseContext): Result<Parsed, ParseCode> {
  const r = readAlert(alert, context);
  if (!r.ok) return refuse('format', r.reason);
  return accept({
    sourceAt: r.value.sentAt,
    items: r.value.message ? [r.value.message] : [],
    quarantined: [],
    complete: false,
    notes: r.value.notes,
  });
}

function several(
  alerts: readonly Xml[],
  follow: readonly string[],
  document: Xml,
  context: ParseContext,
): Result<Parsed, ParseCode> {
  const items = new Map<string, WarningMessage>();
  const quarantined: Quarantined[] = [];
  const notes: string[] = [];
  let sourceAt: Instant | null = null;
  if (alerts.length > MAX_ALERTS)
    quarantined.push({
      id: null,
      code: 'too-many',
      reason: `${alerts.length - MAX_ALERTS} alerts beyond ${MAX_ALERTS}`,
      raw: '',
    });
  for (const alert of alerts.slice(0, MAX_ALERTS)) {
    const r = readAlert(alert, context);
    if (!r.ok)
      quarantined.push({
        id: textIn(alert, 'identifier'),
        code: r.code,
        reason: r.reason,
        raw: JSON.stringify(alert).slice(0, 8000),
      });
    else {
      notes.push(...r.value.notes);
      sourceAt = Math.max(sourceAt ?? 0, r.value.sentAt);
      if (r.value.message) items.set(r.value.message.id, r.value.message);
    }
  }
  if (follow.length > 0) notes.push(`an index of ${follow.length} alerts`);
  const updated = textIn(document, 'feed', 'updated') ?? textIn(document, 'rss', 'channel', 'pubDate');
  const indexAt = updated === null ? null : (parseIso(updated) ?? rfc822(updated));
  return accept({
    sourceAt: sourceAt ?? indexAt,
    items: [...items.values()],
    quarantined,
    complete: false,
    notes,
    follow,
  });
}

/** RSS writes times as 'Mon, 30 Aug 2010 10:07:00 GMT'. */
function rfc822(text: string): Instant | null {
  if (!/^([A-Za-z]{3}, )?\d{1,2} [A-Za-z]{3} \d{4} [\d:]{5,8} (GMT|UTC?|[+-]\d{4})$/.test(text)) return null;
  const t = Date.parse(text);
  return Number.isNaN(t) ? null : t;
}

/** Addresses of alerts in an Atom or RSS index: links that say they are CAP, else the entry's only link. */
function indexLinks(document: Xml): string[] {
  const links: string[] = [];
  for (const entry of descendants(document, 'entry')) {
    const found = kids(entry, 'link').filter((l) => ['alternate', 'self', null].includes(attr(l, 'rel')));
    const cap = found.find((l) => /cap|xml/i.test(attr(l, 'type') ?? '')) ?? found[0];
    const href = cap && attr(cap, 'href');
    if (href && kids(kid(entry, 'content'), 'alert').length === 0) links.push(href);
  }
  for (const item of descendants(document, 'item')) {
    const href = textIn(item, 'link');
    if (href) links.push(href);
  }
  return [...new Set(links)].slice(0, MAX_ALERTS);
}

/** `message: null` means: understood, and there is nothing to show (a technical test, an acknowledgement). */
interface ReadAlert {
  readonly message: WarningMessage | null;
  readonly sentAt: Instant;
  readonly notes: readonly string[];
}

function readAlert(alert: Xml, context: ParseContext): Result<ReadAlert> {
  const need = (name: string): string | null => textIn(alert, name);
  const [identifier, sender, sent, status, msgType] = ['identifier', 'sender', 'sent', 'status', 'msgType'].map(need);
  for (const [name, value] of Object.entries({ identifier, sender, sent, status, msgType, scope: need('scope') }))
    if (value === null) return refuse('missing', `<${name}> is missing`);
  const sentAt = parseIso(sent!);
  if (sentAt === null) return refuse('time', `<sent> is “${sent!.slice(0, 40)}”, not a time with an offset`);
  if (/[\s,]/.test(identifier!) || /[\s,]/.test(sender!))
    return refuse('identifier', '<identifier> and <sender> must have no spaces or commas');
  const id = `${sender!},${identifier!}`;
  if (id.length > MAX_ITEM_ID) return refuse('identifier', `<sender> and <identifier> are longer than ${MAX_ITEM_ID}`);

  const quiet = (why: string): Result<ReadAlert> =>
    accept({ message: null, sentAt, notes: [`${identifier!}: ${why}`] });
  if (!['Actual', 'Exercise', 'System', 'Test', 'Draft'].includes(status!))
    return refuse('status', `<status> is “${status!.slice(0, 40)}”`);
  if (status !== 'Actual' && status !== 'Exercise') return quiet(`status ${status!}: not shown`);
  if (!['Alert', 'Update', 'Cancel', 'Ack', 'Error'].includes(msgType!))
    return refuse('msgType', `<msgType> is “${msgType!.slice(0, 40)}”`);
  if (msgType === 'Ack' || msgType === 'Error') return quiet(`message type ${msgType}: not shown`);

  const references = readReferences(textIn(alert, 'references'));
  if (!references.ok) return references;
  if (msgType === 'Cancel' && references.value.length === 0)
    return refuse('references', 'a cancellation that names no message');
  const base = { type: 'warning', id, drill: status === 'Exercise', sender: sender!, sentAt } as const;
  if (msgType === 'Cancel')
    return accept({
      message: { ...base, action: 'cancel', references: references.value, warnings: [] },
      sentAt,
      notes: [],
    });
  const read = readInfos(alert, { id, sender: sender!, identifier: identifier!, sentAt, drill: base.drill }, context);
  if (!read.ok) return read;
  const action = msgType === 'Update' && references.value.length > 0 ? 'update' : 'issue';
  const notes = [...read.value.notes];
  if (msgType === 'Update' && action === 'issue') notes.push(`${identifier!}: an update that names no message`);
  return accept({
    message: { ...base, action, references: references.value, warnings: read.value.warnings },
    sentAt,
    notes,
  });
}

/** “sender,identifier,sent sender,identifier,sent …” */
function readReferences(text: string | null): Result<string[]> {
  const out: string[] = [];
  for (const triple of (text ?? '').split(/\s+/).filter((t) => t !== '')) {
    const parts = triple.split(',');
    if (parts.length !== 3 || !parts[0] || !parts[1])
      return refuse('references', `“${triple.slice(0, 80)}” is no “sender,identifier,sent”`);
    out.push(`${parts[0]},${parts[1]}`);
  }
  return accept([...new Set(out)].slice(0, 1000));
}

interface Head {
  readonly id: string;
  readonly sender: string;
  readonly identifier: string;
  readonly sentAt: Instant;
  readonly drill: boolean;
}

/** An info block, read: `key` is equal for blocks that say the same thing in another language or for another area. */
interface Info {
  readonly key: string;
  readonly language: string | null;
  readonly event: string;
  readonly headline: string | null;
  readonly xml: Xml;
}

function readInfos(
  alert: Xml,
  head: Head,
  context: ParseContext,
): Result<{ warnings: WarningMessage['warnings']; notes: string[] }> {
  const found = kids(alert, 'info');
  if (found.length === 0) return refuse('info', 'an alert without <info>');
  if (found.length > MAX_INFOS) return refuse('info', `${found.length} <info> blocks`);
  const groups: Info[][] = [];
  for (const xml of found) {
    const info = readInfo(xml);
    if (!info.ok) return info;
    const of = info.value;
    const group = groups.find(
      (g) =>
        g[0]!.key === of.key &&
        g.every((o) => o.language !== of.language || (o.event === of.event && o.headline === of.headline)),
    );
    if (group) group.push(of);
    else groups.push([of]);
  }
  const notes: string[] = [];
  const warnings: { id: string; row: WarningRow }[] = [];
  for (const [i, group] of groups.entries()) {
    const row = toRow(group, head, context, notes);
    if (!row.ok) return row;
    warnings.push({ id: i === 0 ? head.id : `${head.id}#${i + 1}`, row: row.value });
  }
  return accept({ warnings, notes });
}

const pairs = (info: Xml, name: string): { name: string; value: string }[] =>
  kids(info, name).flatMap((p) => {
    const value = textIn(p, 'value');
    return value === null ? [] : [{ name: textIn(p, 'valueName') ?? '', value }];
  });

function readInfo(xml: Xml): Result<Info> {
  for (const name of ['event', 'urgency', 'severity', 'certainty'])
    if (textIn(xml, name) === null) return refuse('missing', `<${name}> is missing in <info>`);
  const same = ['urgency', 'severity', 'certainty', 'effective', 'onset', 'expires'].map((n) => textIn(xml, n));
  const codes = pairs(xml, 'eventCode').map((c) => `${c.name}=${c.value}`);
  return accept({
    key: JSON.stringify([same, codes, kids(xml, 'category').map((c) => textIn(c))]),
    language: textIn(xml, 'language')?.toLowerCase() ?? null,
    event: textIn(xml, 'event')!,
    headline: textIn(xml, 'headline'),
    xml,
  });
}

/** CAP 1.1 and some senders write other cases; a word that is none of the list is unknown, never a reason to drop a warning. */
function word<T extends string>(value: string | null, known: readonly T[], otherwise: T): T {
  return known.find((k) => k.toLowerCase() === value?.toLowerCase()) ?? otherwise;
}

const rank = (language: string | null): number => (language?.startsWith('zh') ? 0 : language?.startsWith('en') ? 1 : 2);

function toRow(group: readonly Info[], head: Head, context: ParseContext, notes: string[]): Result<WarningRow> {
  const first = group[0]!.xml;
  const times: Record<'effective' | 'onset' | 'expires', Instant | null> = {
    effective: null,
    onset: null,
    expires: null,
  };
  for (const name of ['effective', 'onset', 'expires'] as const) {
    const t = textIn(first, name);
    times[name] = t === null ? null : parseIso(t);
    if (t !== null && times[name] === null)
      return refuse('time', `<${name}> is “${t.slice(0, 40)}”, not a time with an offset`);
  }
  const per = (name: string) => textOf(group.map((g) => ({ language: g.language, text: textIn(g.xml, name) })));
  const severityText = textIn(first, 'severity')!;
  const severity = capSeverity(severityText);
  if (severity === null) notes.push(`${head.identifier}: severity “${severityText.slice(0, 40)}” is read as Unknown`);
  const parameters = group.flatMap((g) => [...pairs(g.xml, 'parameter'), ...pairs(g.xml, 'eventCode')]);
  const { level, from } = warningLevel({
    severity: severityText,
    parameters,
    headlines: group.map((g) => g.headline),
  });
  const chineseFirst = [...group].sort((a, b) => rank(a.language) - rank(b.language));
  const areas = chineseFirst.flatMap((g) => {
    const r = readAreas(g.xml, context.toWgs84);
    notes.push(...r.notes.map((n) => `${head.identifier}: ${n}`));
    return r.areas;
  });
  const codes = pairs(first, 'eventCode');
  return accept({
    feed: context.feed,
    sender: head.sender,
    senderName: textIn(first, 'senderName'),
    identifier: head.identifier,
    sentAt: head.sentAt,
    firstSentAt: head.sentAt,
    messages: 1,
    categories: kids(first, 'category').flatMap((c) => textIn(c) ?? []),
    event: per('event'),
    eventCode: codes[0]?.value ?? null,
    level,
    levelFrom: from,
    severity: severity ?? 'Unknown',
    urgency: word(textIn(first, 'urgency'), ['Immediate', 'Expected', 'Future', 'Past', 'Unknown'], 'Unknown'),
    certainty: word(textIn(first, 'certainty'), ['Observed', 'Likely', 'Possible', 'Unlikely', 'Unknown'], 'Unknown'),
    headline: per('headline'),
    description: per('description'),
    instruction: per('instruction'),
    areas: merged(areas),
    effectiveAt: times.effective ?? head.sentAt,
    onsetAt: times.onset,
    expiresAt: times.expires,
    drill: head.drill,
  });
}
