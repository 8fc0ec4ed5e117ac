/** What an OpenStreetMap file is made of (https://wiki.openstreetmap.org/wiki/Elements). */
export type Tags = Readonly<Record<string, string>>;

export interface OsmNode {
  readonly type: 'node';
  readonly id: number;
  readonly lng: number;
  readonly lat: number;
  readonly tags: Tags;
}
export interface OsmWay {
  readonly type: 'way';
  readonly id: number;
  readonly refs: readonly number[];
  readonly tags: Tags;
}
export interface OsmMember {
  readonly type: 'node' | 'way' | 'relation';
  readonly ref: number;
  readonly role: string;
}
export interface OsmRelation {
  readonly type: 'relation';
  readonly id: number;
  readonly members: readonly OsmMember[];
  readonly tags: Tags;
}
export type OsmElement = OsmNode | OsmWay | OsmRelation;

/** Most nodes have no tags: one object serves them all. */
export const NO_TAGS: Tags = Object.freeze({});

export type OsmFileCode =
  /** It is no such file, or is cut off or damaged. */
  | 'damaged'
  /** It needs something that this reader cannot do (history files, other compressions). */
  | 'unsupported';

/** A file that cannot be read on. What was read before holds, but the file is not whole. */
export class OsmFileError extends Error {
  readonly code: OsmFileCode;
  constructor(code: OsmFileCode, message: string) {
    super(message);
    this.name = 'OsmFileError';
    this.code = code;
  }
}
