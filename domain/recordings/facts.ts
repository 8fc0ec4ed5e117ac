/** Facts of recordings. Subject: the call. */
export type RecordingFactBody =
  /** Somebody opened a recording to hear it: once for each opening. */
  | { kind: 'recording.heard'; body: { part: string; file: string; account: number } }
  /** Somebody took a recording out of the house. */
  | { kind: 'recording.saved'; body: { part: string; file: string; account: number; reason: string } };
