/** A wall is nothing without its live tables: it is drawn in the browser only, on the dark ground that the page comes with. */
export const ssr = false;
