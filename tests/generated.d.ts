// What the build puts beside web/*.js.
declare module '*/viewer.mjs';
