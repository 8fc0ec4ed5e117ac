/** What is drawn at the moment. */
export interface Drawn {
  readonly ids: readonly string[];
  /** lng, lat per id. */
  readonly positions: ArrayLike<number>;
}
