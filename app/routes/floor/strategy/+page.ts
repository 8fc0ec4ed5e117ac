/** The page lives from its live tables: it is drawn in the browser only. */
export const ssr = false;
