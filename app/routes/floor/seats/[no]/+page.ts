/** The shift goes on while it is looked at: it is drawn in the browser only. */
export const ssr = false;
