import type { AmiFields } from './fields.ts';

/** What the switch's queue configuration says that its events do not: after-call seconds, and whether queues share the last call. */
export interface QueueSettings {
  /** By queue; a queue without an entry grants none. */
  readonly wrapUpS: ReadonlyMap<string, number>;
  readonly sharedLastCall: boolean;
}

interface Section {
  readonly name: string;
  readonly isTemplate: boolean;
  readonly from: readonly string[];
  readonly options: Map<string, string>;
}

/** Categories that are not queues. */
const NOT_A_QUEUE = new Set(['general']);

function settingsOf(sections: readonly Section[]): QueueSettings {
  const byName = new Map<string, Section>();
  const resolved = new Map<string, Map<string, string>>();
  for (const s of sections) {
    // a template stands before what uses it, so each is resolved when it is read
    const options = new Map<string, string>();
    for (const t of s.from) for (const [k, v] of resolved.get(t) ?? []) options.set(k, v);
    for (const [k, v] of resolved.get(s.name) ?? []) options.set(k, v);
    for (const [k, v] of s.options) options.set(k, v);
    resolved.set(s.name, options);
    byName.set(s.name, s);
  }
  const wrapUpS = new Map<string, number>();
  for (const [name, options] of resolved) {
    if (NOT_A_QUEUE.has(name) || byName.get(name)!.isTemplate) continue;
    const seconds = Number(options.get('wrapuptime') ?? 0);
    wrapUpS.set(name, Number.isFinite(seconds) && seconds > 0 ? Math.min(seconds, 3600) : 0);
  }
  // Asterisk shares the last call between queues unless it is told not to
  const shared = resolved.get('general')?.get('shared_lastcall') ?? 'yes';
  return { wrapUpS, sharedLastCall: !/^(no|false|off|0|n|f)$/i.test(shared) };
}

/**
 * Reads a queues.conf: sections with templates (`[consult](q)`), `;` comments, `key = value` and `key => value`.
 * Total: lines that are none of these are passed over.
 */
export function parseQueuesConf(text: string): QueueSettings {
  const sections: Section[] = [];
  for (const raw of text.split(/\r?\n/)) {
    const line = raw.replace(/(^|[^\\]);.*$/, '$1').trim();
    const head = /^\[([^\]]+)\]\s*(?:\(([^)]*)\))?/.exec(line);
    if (head) {
      const flags = (head[2] ?? '').split(',').map((x) => x.trim());
      sections.push({
        name: head[1]!.trim(),
        isTemplate: flags.includes('!'),
        from: flags.filter((x) => x !== '' && x !== '!' && x !== '+'),
        options: new Map(),
      });
      continue;
    }
    const option = /^([\w-]+)\s*=>?\s*(.*)$/.exec(line);
    if (option) sections.at(-1)?.options.set(option[1]!.toLowerCase(), option[2]!.trim());
  }
  return settingsOf(sections);
}

/** Reads the answer to GetConfig of queues.conf: `Category-000001: consult`, `Line-000001-000003: wrapuptime=8`. */
export function settingsFromConfig(f: AmiFields): QueueSettings {
  const sections = new Map<string, Section>();
  const keys = Object.keys(f).sort();
  for (const key of keys) {
    const category = /^category-(\d+)$/.exec(key);
    if (!category) continue;
    const n = category[1]!;
    sections.set(n, {
      name: f[key]!,
      isTemplate: /^(1|yes|true)$/i.test(f[`istemplate-${n}`] ?? ''),
      from: (f[`templates-${n}`] ?? '')
        .replaceAll('"', '')
        .split(',')
        .map((x) => x.trim())
        .filter(Boolean),
      options: new Map(),
    });
  }
  for (const key of keys) {
    const line = /^line-(\d+)-\d+$/.exec(key);
    const option = line && /^([\w-]+)\s*=>?\s*(.*)$/.exec(f[key]!);
    if (option) sections.get(line[1]!)?.options.set(option[1]!.toLowerCase(), option[2]!.trim());
  }
  return settingsOf([...sections.values()]);
}
