/** Who drives or walks a way. */
export const VEHICLES = ['car', 'heavy', 'foot'] as const;
export type Vehicle = (typeof VEHICLES)[number];

/** For whom a way was asked, and how many areas it keeps out of. */
export type WayTerms = {
  readonly vehicle: Vehicle;
  /** With the exemptions that the house gives to emergency drives. */
  readonly emergency: boolean;
  readonly avoided: number;
};
