/** Facts of city. */
export type CityFactBody = never;
