/** Facts of floor. */
export type FloorFactBody = never;
