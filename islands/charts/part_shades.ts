/** How many shades the parts of a bar can have; neighbours differ. The stylesheet has as many. */
export const SHADES = 6;
