// Numbers as the article writes them.

/** A weight. @param {number} share */
export const percent = (share) => `${(100 * share).toFixed(2)}%`;

/** @param {number} value */
export const twoDigits = (value) => value.toFixed(2).replace('-', '\u2212');
