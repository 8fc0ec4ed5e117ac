/** Address of the gateway: the page's own, so that nothing leaves the host. */
export const gatewayUrl = (): string => `${location.protocol === 'https:' ? 'wss' : 'ws'}://${location.host}/rt`;

/** One id per tab, kept over reloads, so that the gateway takes a new socket of this tab for the same screen. */
export function screenOfThisTab(): string {
  const known = sessionStorage.getItem('wf_screen');
  if (known) return known;
  // randomUUID would ask for https
  const made = [...crypto.getRandomValues(new Uint8Array(12))].map((b) => b.toString(16).padStart(2, '0')).join('');
  sessionStorage.setItem('wf_screen', made);
  return made;
}
