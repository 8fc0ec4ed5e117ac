/** Facts of cases. */
export type CaseFactBody = never;
