/** What a browser says of itself, in a few words: “Chrome 147 · Linux”. Empty when nothing is known. */
export function browserName(userAgent: string): string {
  const found =
    /Edg\/(\d+)/.exec(userAgent)?.map((v, i) => (i ? v : 'Edge')) ??
    /Firefox\/(\d+)/.exec(userAgent)?.map((v, i) => (i ? v : 'Firefox')) ??
    /(?:Headless)?Chrome\/(\d+)/.exec(userAgent)?.map((v, i) => (i ? v : 'Chrome')) ??
    /Version\/(\d+)[\d.]* .*Safari/.exec(userAgent)?.map((v, i) => (i ? v : 'Safari'));
  const system = /Windows/.test(userAgent)
    ? 'Windows'
    : /Android/.test(userAgent)
      ? 'Android'
      : /iPhone|iPad/.test(userAgent)
        ? 'iOS'
        : /Mac OS X/.test(userAgent)
          ? 'macOS'
          : /Linux|X11/.test(userAgent)
            ? 'Linux'
            : '';
  return [found ? `${found[0]} ${found[1]}` : userAgent.slice(0, 40), system].filter(Boolean).join(' · ');
}
