/** HLS playlists (RFC 8216): what the relay rewrites and the checker reads. Pure and total: any text is answered. */

/** Lines beyond are no live playlist of a camera. */
const MAX_LINES = 5000;

export type Playlist =
  | { readonly kind: 'none' }
  /** Names of variants, each a playlist of its own. */
  | { readonly kind: 'master'; readonly variants: readonly string[] }
  | {
      readonly kind: 'media';
      readonly segments: readonly string[];
      /** Number of the first segment. */
      readonly sequence: number;
      /** Longest segment, seconds. */
      readonly targetS: number;
      /** It says that nothing follows. */
      readonly ended: boolean;
    };

const linesOf = (text: string): string[] | null => {
  const lines = text.replace(/^\uFEFF/, '').split(/\r?\n/);
  return lines[0]?.trim() === '#EXTM3U' && lines.length <= MAX_LINES ? lines : null;
};
const isUri = (line: string): boolean => line.trim() !== '' && !line.startsWith('#');
const numberOf = (lines: readonly string[], tag: string): number | null => {
  const found = lines.find((l) => l.startsWith(`${tag}:`));
  const n = found === undefined ? Number.NaN : Number(found.slice(tag.length + 1).trim());
  return Number.isFinite(n) && n >= 0 ? n : null;
};

export function readPlaylist(text: string): Playlist {
  const lines = linesOf(text);
  if (!lines) return { kind: 'none' };
  const uris = lines.filter(isUri).map((l) => l.trim());
  if (lines.some((l) => l.startsWith('#EXT-X-STREAM-INF'))) return { kind: 'master', variants: uris };
  if (!lines.some((l) => l.startsWith('#EXTINF') || l.startsWith('#EXT-X-TARGETDURATION'))) return { kind: 'none' };
  return {
    kind: 'media',
    segments: uris,
    sequence: numberOf(lines, '#EXT-X-MEDIA-SEQUENCE') ?? 0,
    targetS: numberOf(lines, '#EXT-X-TARGETDURATION') ?? 10,
    ended: lines.some((l) => l.startsWith('#EXT-X-ENDLIST')),
  };
}

/** Tags that carry an address in URI="…". */
const WITH_URI =
  /^#EXT-X-(MAP|KEY|SESSION-KEY|MEDIA|I-FRAME-STREAM-INF|PART|PRELOAD-HINT|RENDITION-REPORT|SESSION-DATA):/;
/** What low latency asks the server to hold its answer for, and addresses of other servers: the relay does neither. */
const LEFT_OUT = /^#EXT-X-(SERVER-CONTROL|CONTENT-STEERING|DEFINE|PART-INF|PART|PRELOAD-HINT|RENDITION-REPORT)(:|$)/;

/**
 * A playlist with every address in it replaced, so that a browser asks nobody but us.
 * @param replace the address of ours for one of theirs, as it stands in the playlist; null: it may not be asked, and is left out
 * @returns null when the text is no playlist
 */
export function rewritePlaylist(text: string, replace: (uri: string) => string | null): string | null {
  const lines = linesOf(text);
  if (!lines) return null;
  const out: string[] = [];
  for (const line of lines) {
    if (LEFT_OUT.test(line)) continue;
    if (isUri(line)) {
      const ours = replace(line.trim());
      if (ours !== null) out.push(ours);
      else dropInfo(out);
    } else if (WITH_URI.test(line)) {
      const kept = withUri(line, replace);
      if (kept !== null) out.push(kept);
    } else out.push(line);
  }
  return out.join('\n');
}

/** The tags that describe an address which was left out go with it. */
function dropInfo(out: string[]): void {
  while (/^#(EXTINF|EXT-X-STREAM-INF|EXT-X-BYTERANGE|EXT-X-PROGRAM-DATE-TIME)/.test(out.at(-1) ?? '')) out.pop();
}

function withUri(line: string, replace: (uri: string) => string | null): string | null {
  const found = /([:,])URI="([^"]*)"/.exec(line);
  if (!found) return line;
  const ours = replace(found[2]!);
  if (ours === null) return null;
  return line.slice(0, found.index) + `${found[1]}URI="${ours}"` + line.slice(found.index + found[0].length);
}
