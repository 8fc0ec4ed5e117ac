import { XMLParser, XMLValidator } from 'fast-xml-parser';
import { accept, refuse, type Result } from '#domain/result.ts';
import type { ParseCode } from './contract.ts';
import { clean, decodeText } from './text.ts';

/** An element: its attributes under '@name', its children by local name (one, or a list), its text under '#text'. A leaf is its text. */
export type Xml = string | { readonly [name: string]: Xml | readonly Xml[] };

const MAX_DEPTH = 60;
const MAX_ELEMENTS = 400_000;

const parser = new XMLParser({
  removeNSPrefix: true,
  ignoreAttributes: false,
  attributeNamePrefix: '@',
  parseTagValue: false,
  parseAttributeValue: false,
  trimValues: true,
  htmlEntities: true, // numeric references are decoded only with this
  ignoreDeclaration: true,
  ignorePiTags: true,
  maxNestedTags: MAX_DEPTH,
});

/**
 * Bytes to elements. Refuses DTDs and entity declarations before anything is expanded, text that is not well-formed,
 * and documents nested or split beyond reason. Never throws.
 * @returns the document: an object whose one key is the root's local name
 */
export function readXml(
  body: Uint8Array,
  contentType: string | null,
): Result<{ readonly [root: string]: Xml | readonly Xml[] }, ParseCode> {
  const text = decodeText(body, contentType);
  return text.ok ? readXmlText(text.value) : text;
}

export function readXmlText(text: string): Result<{ readonly [root: string]: Xml | readonly Xml[] }, ParseCode> {
  if (text.trim() === '') return refuse('empty', 'the message is empty');
  if (!/^\s*</.test(text)) return refuse('not-xml', `no XML: it begins with “${clean(text.slice(0, 40))}”`);
  const guarded = guard(text);
  if (!guarded.ok) return guarded;
  try {
    const valid = XMLValidator.validate(text.trim());
    if (valid !== true) return refuse('not-xml', `not well-formed: ${valid.err.msg} (line ${valid.err.line})`);
    return accept(parser.parse(text) as { [root: string]: Xml });
  } catch (e) {
    return refuse('not-xml', `not well-formed: ${(e as Error).message.slice(0, 200)}`);
  }
}

/**
 * Looks at markup outside comments and CDATA, where `<!` may begin nothing but those two. One pass without regular
 * expressions: a message made of a million unclosed comments costs what any message of its length costs.
 */
function guard(text: string): Result<null, ParseCode> {
  let elements = 0;
  for (let at = text.indexOf('<'); at !== -1; at = text.indexOf('<', at + 1)) {
    const next = text.charCodeAt(at + 1);
    if (next === 0x21) {
      const close = text.startsWith('<!--', at) ? '-->' : text.startsWith('<![CDATA[', at) ? ']]>' : null;
      if (close === null) {
        const what = clean(text.slice(at, at + 40));
        return refuse('entities', `a document type or entity declaration is refused: “${what}”`);
      }
      const end = text.indexOf(close, at + 4);
      if (end === -1) return refuse('not-xml', `not well-formed: “${close}” is missing`);
      at = end + close.length - 1;
    } else if (next !== 0x2f && next !== 0x3f && ++elements > MAX_ELEMENTS)
      return refuse('too-large', `more than ${MAX_ELEMENTS} elements`);
  }
  return accept(null);
}

/** The children of that name, whatever their number. */
export function kids(node: Xml | undefined, name: string): readonly Xml[] {
  if (node === undefined || typeof node === 'string' || !Object.hasOwn(node, name)) return [];
  const found = node[name]!;
  return isList(found) ? found : [found];
}

const isList = (x: Xml | readonly Xml[]): x is readonly Xml[] => Array.isArray(x);

/** The first child of that name, along a path: `kid(record, 'validity', 'validityStatus')`. */
export function kid(node: Xml | undefined, ...path: string[]): Xml | undefined {
  let at = node;
  for (const name of path) at = kids(at, name)[0];
  return at;
}

/** An element's own text, control characters removed, cut at 20,000 characters; null when it is absent or empty. */
export function textIn(node: Xml | undefined, ...path: string[]): string | null {
  const t = clean(ownText(kid(node, ...path)), 20_000);
  return t === '' ? null : t;
}

/** An element's own text as it is: for lists of coordinates, which may be long and must be whole. */
export function ownText(node: Xml | undefined): string {
  return typeof node === 'string' ? node : typeof node?.['#text'] === 'string' ? node['#text'] : '';
}

export function attr(node: Xml | undefined, name: string): string | null {
  if (node === undefined || typeof node === 'string') return null;
  const v = Object.hasOwn(node, `@${name}`) ? node[`@${name}`] : undefined;
  return typeof v === 'string' && v.trim() !== '' ? clean(v, 500) : null;
}

/** Every element of that name below a node, at any depth, in no promised order. */
export function* descendants(node: Xml | undefined, name: string): Generator<Xml> {
  if (node === undefined || typeof node === 'string') return;
  for (const [key, value] of Object.entries(node)) {
    if (key.startsWith('@') || key === '#text') continue;
    for (const child of isList(value) ? value : [value]) {
      if (key === name) yield child;
      yield* descendants(child, name);
    }
  }
}
