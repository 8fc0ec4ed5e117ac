/** What stands for a secret where an address is shown. */
export const HIDDEN = '•••';
export const MAX_ADDRESS = 1000;

/**
 * What is wrong with an address that somebody registers; null: nothing.
 * HTTP or HTTPS with a host, no fragment; a secret that was hidden for the screen is no address any more.
 */
export function addressMistake(text: string): 'address-long' | 'address-hidden' | 'address-url' | null {
  if (text.length > MAX_ADDRESS) return 'address-long';
  if (text.includes(HIDDEN) || text.includes(encodeURIComponent(HIDDEN))) return 'address-hidden';
  if (/\s/.test(text) || !URL.canParse(text)) return 'address-url';
  const { protocol, hostname, hash } = new URL(text);
  return (protocol === 'http:' || protocol === 'https:') && hostname !== '' && hash === '' ? null : 'address-url';
}

/** An address for people who keep the registry: user, password and every value of the query are hidden. */
export function hideSecrets(address: string): string {
  const at = new URL(address);
  const query = [...at.searchParams.keys()].map((k) => `${k}=${HIDDEN}`).join('&');
  const user = at.username !== '' || at.password !== '' ? `${HIDDEN}@` : '';
  return `${at.protocol}//${user}${at.host}${at.pathname}${query === '' ? '' : `?${query}`}`;
}

/** The address that a form means: unchanged where its secrets were left hidden. '' is none. */
export function keptAddress(typed: string, known: string | null): string | null {
  const text = typed.trim();
  if (text === '') return null;
  return known !== null && text === hideSecrets(known) ? known : text;
}

/**
 * May the relay ask `wanted` for a camera that is registered at `registered`? Only the same protocol, host and port: a playlist
 * or a redirect leads nowhere else.
 */
export function sameOrigin(registered: string, wanted: URL): boolean {
  const home = new URL(registered);
  return wanted.protocol === home.protocol && wanted.host === home.host;
}

/**
 * Is this IP address one that no camera has: unspecified, link-local (there the keys of cloud machines lie), multicast, broadcast?
 * Private and loopback networks are where cameras and media servers are. What is no IP address is refused.
 */
export function isForbiddenIp(ip: string): boolean {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(ip)?.[1];
  const v4 = (mapped ?? ip).split('.');
  if (v4.length === 4) {
    const [a, b] = v4.map(Number) as [number, number];
    return v4.some((p) => !/^\d{1,3}$/.test(p) || Number(p) > 255) || a === 0 || a >= 224 || (a === 169 && b === 254);
  }
  const v6 = ip.toLowerCase().split('%')[0]!;
  if (!/^[0-9a-f:]+$/.test(v6) || !v6.includes(':')) return true;
  // every other way to write an IPv4 address in IPv6, fe80::/10, ff00::/8, ::
  return /^(::$|::ffff:|64:ff9b:|fe[89ab]|ff)/.test(v6);
}
