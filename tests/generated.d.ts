// What the build puts beside web/*.js.
declare module '*/viewer.mjs';

// Set by esbuild: where the engine's files lie, as seen from embed.js.
declare const ASSETS: string;
