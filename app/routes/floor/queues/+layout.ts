/** The pages of the queues live from their live tables: they are drawn in the browser only. */
export const ssr = false;
