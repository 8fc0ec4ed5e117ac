import { SaxesParser, type SaxesTagPlain } from 'saxes';
import { NO_TAGS, OsmFileError, type OsmElement, type OsmMember } from './element.ts';

/** Elements that are handed on together. */
const BATCH = 8000;

/** The XML form of OpenStreetMap files, read as it comes: the memory of some thousand elements. Entities of a DTD are not followed. */
export async function* readXml(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<OsmElement[]> {
  const parser = new SaxesParser({});
  const reader = new Reader();
  parser.on('opentag', (tag) => reader.open(tag));
  parser.on('closetag', (tag) => reader.close(tag.name));
  parser.on('error', (e) => {
    throw new OsmFileError('damaged', e.message);
  });
  const text = new TextDecoder('utf-8', { fatal: true });
  const decoded = (chunk?: Uint8Array): string => {
    try {
      return chunk ? text.decode(chunk, { stream: true }) : text.decode();
    } catch {
      throw new OsmFileError('damaged', 'the file is no UTF-8');
    }
  };
  for await (const chunk of bytes) {
    parser.write(decoded(chunk));
    if (reader.done.length >= BATCH) yield reader.take();
  }
  parser.write(decoded()).close();
  if (!reader.isOsm) throw new OsmFileError('damaged', 'it has no <osm> element');
  if (reader.done.length > 0) yield reader.take();
}

interface Open {
  readonly type: 'node' | 'way' | 'relation';
  readonly id: number;
  readonly lng: number;
  readonly lat: number;
  readonly refs: number[];
  readonly members: OsmMember[];
  tags: Record<string, string> | null;
}
const TYPES = new Set(['node', 'way', 'relation']);

class Reader {
  done: OsmElement[] = [];
  isOsm = false;
  #open: Open | null = null;

  take(): OsmElement[] {
    const batch = this.done;
    this.done = [];
    return batch;
  }

  open({ name, attributes: a }: SaxesTagPlain): void {
    if (name === 'osm') this.isOsm = true;
    else if (name === 'osmChange') throw new OsmFileError('unsupported', 'a file of changes is no map');
    else if (this.#open === null) {
      if (TYPES.has(name) && a.action !== 'delete')
        this.#open = {
          type: name as Open['type'],
          id: number(a.id, `id of a ${name}`),
          lng: name === 'node' ? number(a.lon, `lon of node ${a.id}`) : 0,
          lat: name === 'node' ? number(a.lat, `lat of node ${a.id}`) : 0,
          refs: [],
          members: [],
          tags: null,
        };
    } else if (name === 'tag') (this.#open.tags ??= {})[a.k ?? ''] = a.v ?? '';
    else if (name === 'nd') this.#open.refs.push(number(a.ref, `ref in way ${this.#open.id}`));
    else if (name === 'member' && TYPES.has(a.type ?? ''))
      this.#open.members.push({
        type: a.type as OsmMember['type'],
        ref: number(a.ref, `ref in relation ${this.#open.id}`),
        role: a.role ?? '',
      });
  }

  close(name: string): void {
    const o = this.#open;
    if (o?.type !== name) return;
    this.#open = null;
    const { id, lng, lat, refs, members } = o;
    const tags = o.tags ?? NO_TAGS;
    if (o.type === 'node') this.done.push({ type: 'node', id, lng, lat, tags });
    else if (o.type === 'way') this.done.push({ type: 'way', id, refs, tags });
    else this.done.push({ type: 'relation', id, members, tags });
  }
}

function number(text: string | undefined, what: string): number {
  const n = Number(text);
  if (text === undefined || text === '' || !Number.isFinite(n))
    throw new OsmFileError('damaged', `${what} is no number`);
  return n;
}
