// By their own names they are a few bytes in embed.js.
export const { ceil, floor, fround, max, min, round } = Math;
