/** Facts of incidents. */
export type IncidentFactBody = never;
