/**
 * Where this machine's own apt gets Debian from. No host stands in our code: the private database's packages come from
 * the same mirror, in the release that has PostgreSQL 17.
 */

/** One archive of apt's configuration. */
export interface Archive {
  readonly uri: string;
  readonly suite: string;
  readonly components: readonly string[];
  /** Value of Signed-By; null when none is given. */
  readonly signedBy: string | null;
}

/** Reads deb822 text (`*.sources`): stanzas of `Field: value`, continued by lines that begin with a blank. */
export function parseDeb822(text: string): Archive[] {
  const archives: Archive[] = [];
  for (const stanza of text.split(/\n[ \t]*\n/)) {
    const fields = new Map<string, string>();
    let field = '';
    for (const line of stanza.split('\n')) {
      if (line.startsWith('#')) continue;
      const start = /^([A-Za-z-]+):(.*)$/.exec(line);
      if (start) {
        field = start[1]!.toLowerCase();
        fields.set(field, start[2]!.trim());
      } else if (field && /^[ \t]/.test(line)) fields.set(field, `${fields.get(field)!}\n${line.trim()}`);
    }
    const words = (name: string): string[] => (fields.get(name) ?? '').split(/\s+/).filter(Boolean);
    if (/^(no|false|without|off|disable)$/i.test(fields.get('enabled') ?? '')) continue;
    if (!words('types').includes('deb')) continue;
    const signed = fields.get('signed-by') ?? '';
    for (const uri of words('uris'))
      for (const suite of words('suites'))
        archives.push({
          uri,
          suite,
          components: words('components'),
          signedBy: signed.trim().startsWith('/') ? signed.trim().split(/\s+/)[0]! : null,
        });
  }
  return archives;
}

/** Reads one-line text (`*.list`): `deb [options] uri suite component …`. */
export function parseOneLine(text: string): Archive[] {
  const archives: Archive[] = [];
  for (const raw of text.split('\n')) {
    const m = /^\s*deb\s+(?:\[([^\]]*)\]\s+)?(\S+)\s+(\S+)\s*(.*)$/.exec(raw.replace(/#.*$/, ''));
    if (!m) continue;
    const signed = /(?:^|\s)signed-by=(\/[^\s,]+)/i.exec(m[1] ?? '');
    archives.push({
      uri: m[2]!,
      suite: m[3]!,
      components: m[4]!.split(/\s+/).filter(Boolean),
      signedBy: signed?.[1] ?? null,
    });
  }
  return archives;
}

/** Where to try for a release: its main archive, and the archive of its security updates when one is configured. */
export interface Candidate {
  readonly main: string;
  readonly security: string | null;
  readonly signedBy: string | null;
}

const isPlainSuite = (suite: string): boolean => /^[a-z]+(-updates)?$/.test(suite);
const isSecuritySuite = (suite: string): boolean => /^[a-z]+(-security|\/updates)$/.test(suite);

/**
 * The archives worth trying, best first. Other repositories have the same shape (`… bookworm main`), so the order is a guess
 * and apt's check of Debian's signature decides.
 */
export function candidates(archives: readonly Archive[]): Candidate[] {
  const security = archives.find((a) => isSecuritySuite(a.suite) && a.components.includes('main'));
  const mains = archives.filter((a) => isPlainSuite(a.suite) && a.components.includes('main'));
  const rank = (a: Archive): number =>
    (/\/debian\/*$/.test(a.uri) ? 0 : 2) + (/^mirror\+|debian/.test(a.uri) ? 0 : 1) + (a.suite.includes('-') ? 0.5 : 0);
  const seen = new Set<string>();
  const out: Candidate[] = [];
  for (const a of [...mains].sort((x, y) => rank(x) - rank(y))) {
    if (seen.has(a.uri)) continue;
    seen.add(a.uri);
    out.push({ main: a.uri, security: security?.uri ?? securityBeside(a.uri), signedBy: a.signedBy });
  }
  return out;
}

/** Mirrors that carry the security archive keep it beside the main one, as debian-security. */
export function securityBeside(main: string): string | null {
  return /\/debian\/*$/.test(main) ? main.replace(/\/debian\/*$/, '/debian-security') : null;
}

/** Settings of the machine's apt that say how to reach the mirror; everything else (hooks, folders, trust) is ours. */
const REACH =
  /^Acquire::(https?|ftp|socks|tor)(::|\s)|^Acquire::(Force-?IPv[46]|Check-Valid-Until|Check-Date|Max-FutureTime|Min-ValidTime|Max-ValidTime|By-Hash|PDiffs|Queue-Mode|ForceHash|Retries)(::|\s)/i;

/** Picks those settings out of the text of `apt-config dump`. */
export function reachSettings(dump: string): string[] {
  return dump.split('\n').filter((line) => REACH.test(line) && /";\s*$/.test(line));
}
