/**
 * The shape that a translation must have: the same keys, and the same arguments where a sentence takes some.
 * One file per area in words/ holds both languages side by side, so that neither is forgotten.
 */
export type Translated<T> = {
  readonly [K in keyof T]: T[K] extends (...args: infer A) => string
    ? (...args: A) => string
    : T[K] extends string
      ? string
      : Translated<T[K]>;
};
