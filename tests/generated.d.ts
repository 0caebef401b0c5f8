// What the build puts beside web/*.js.
declare module '*/viewer-wasm.js';
// What scripts/build puts into embed.js.
declare module '*.css' { const text: string; export default text; }
declare module '*.frag' { const text: string; export default text; }
declare module '*.vert' { const text: string; export default text; }
declare const ASSETS: string;
declare const VERSION: string;
