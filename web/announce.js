// What a screen reader is told: at rest, not at every step of a slider.

/** Ms without another change. */
const rest = 600;

/**
 * @param {HTMLElement} line with aria-live
 * @param {HTMLElement} words that describe the picture
 */
export function createAnnouncer(line, words) {
  let timer = 0;
  return {
    /**
     * Both are asked for when nothing has changed for a while.
     * @param {() => string} announcement
     * @param {() => string} description
     */
    later(announcement, description) {
      clearTimeout(timer);
      timer = window.setTimeout(() => {
        const says = announcement();
        if (says !== line.textContent) line.textContent = says;
        words.textContent = description();
      }, rest);
    },
  };
}
