// How a figure looks: the font and the colour of the article, no more chrome than it needs.

const css = `
:host { display: block; position: relative; text-align: start; }
:host([hidden]), [hidden] { display: none !important; }
.stage { position: relative; }
.over { outline: 2px solid currentColor; outline-offset: 2px; }
::slotted(img) { display: block; width: 100%; height: auto; }
.picture { position: relative; touch-action: pan-y; user-select: none; -webkit-user-select: none; outline-offset: 2px; }
.picture.asks { cursor: pointer; }
canvas { position: absolute; inset: 0; width: 100%; height: 100%; }
.divider { position: absolute; top: 0; bottom: 0; width: 24px; margin-left: -12px; cursor: ew-resize; touch-action: pan-y; }
.divider::before { content: ""; position: absolute; inset: 0 11px; background: #fff; box-shadow: 0 0 0 1px rgb(0 0 0 / .35); }
.divider::after { content: ""; position: absolute; inset: calc(50% - 12px) 0 auto; height: 24px; box-sizing: border-box; border-radius: 50%; background: #fff; border: 8px solid #fff; box-shadow: 0 0 0 1px rgb(0 0 0 / .35), inset 0 0 0 4px #555; }
.tip { position: absolute; pointer-events: none; background: rgb(16 17 19 / .86); color: #fff; padding: .4em .6em; border-radius: 3px; font-size: .75em; line-height: 1.45; font-variant-numeric: tabular-nums; white-space: nowrap; z-index: 1; }
.offer { position: absolute; inset: auto 0 0; display: flex; justify-content: space-between; gap: 0 1em; padding: .3em .9em; background: rgb(16 17 19 / .86); color: #fff; font-size: .8125em; line-height: 1.4; font-variant-numeric: tabular-nums; z-index: 1; }
.offer output { align-self: center; text-align: start; }
.offer button { text-align: start; text-decoration: underline; text-underline-offset: .25em; }
.tip b { font-weight: 600; }
.tip div { display: flex; gap: .5em; align-items: center; justify-content: space-between; }
.tip i, .heads button::before { flex: none; width: .7em; height: .7em; border-radius: 50%; background: var(--head); box-sizing: border-box; }
.tip div span { margin-right: auto; padding-right: 1em; }
.row, .panel { font-size: .8125em; line-height: 1.3; font-variant-numeric: tabular-nums; }
.row { display: flex; flex-wrap: wrap; align-items: center; gap: 0 1.25em; min-height: 2.75em; padding-top: .25em; box-sizing: border-box; }
.row.few > :not(.layer), .row.empty > :not(.end), .row.empty .end > :first-child { display: none; }
.layer { display: flex; align-items: center; gap: .6em; flex: 1 1 11em; max-width: 19em; }
.few .layer { max-width: none; }
output { min-width: 1.4em; text-align: end; }
button, select { font: inherit; color: inherit; background: none; border: 0; border-radius: 0; padding: 0; margin: 0; cursor: pointer; }
button { min-height: 2em; min-width: 24px; }
.end { display: flex; gap: 1.1em; margin-inline-start: auto; }
.end button, .query { text-decoration: underline; text-decoration-color: color-mix(in srgb, currentColor 35%, transparent); text-underline-offset: .25em; text-decoration-thickness: 1px; }
.end button:hover, .query:hover { text-decoration-color: currentColor; }
.query::after { content: " \\00d7"; }
.heads { display: flex; flex-wrap: wrap; gap: 0 .2em; }
.heads button { display: inline-flex; align-items: center; gap: .3em; padding: 0 .3em; }
.heads button::before { content: ""; border: 1.5px solid var(--head); box-shadow: 0 0 0 .5px color-mix(in srgb, currentColor 55%, transparent); }
.heads button[aria-pressed=false]::before { background: none; border-color: transparent; }
.heads button[aria-pressed=false] { text-decoration: line-through; text-decoration-color: color-mix(in srgb, currentColor 50%, transparent); }
.bar { display: inline-flex; align-items: center; gap: .5em; }
.bar i { width: 6em; height: .6em; }
.panel { display: grid; grid-template-columns: repeat(auto-fill, minmax(13em, 1fr)); gap: .3em 1.75em; border-top: 1px solid color-mix(in srgb, currentColor 18%, transparent); padding: .6em 0 .4em; }
.panel label { display: flex; align-items: center; gap: .75em; min-height: 2em; }
.panel label > :first-child { flex: none; width: 5.4em; }
.panel select { flex: 1; min-width: 0; min-height: 1.9em; border-bottom: 1px solid color-mix(in srgb, currentColor 25%, transparent); }
option { color: CanvasText; background: Canvas; }
input[type=range] { -webkit-appearance: none; appearance: none; flex: 1; min-width: 4em; height: 24px; margin: 0; background: none; color: inherit; cursor: pointer; }
input::-webkit-slider-runnable-track { height: 2px; background: color-mix(in srgb, currentColor 28%, transparent); }
input::-moz-range-track { height: 2px; background: color-mix(in srgb, currentColor 28%, transparent); }
input::-webkit-slider-thumb { -webkit-appearance: none; width: 14px; height: 14px; margin-top: -6px; border: 0; border-radius: 50%; background: currentColor; }
input::-moz-range-thumb { width: 14px; height: 14px; border: 0; border-radius: 50%; background: currentColor; }
:focus-visible { outline: 2px solid currentColor; outline-offset: 2px; }
.message { margin: .5em 0 0; padding-inline-start: .75em; border-inline-start: 2px solid currentColor; font-size: .8125em; line-height: 1.45; }
.unseen { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
@media (pointer: coarse) {
  button, .panel select { min-height: 2.75em; min-width: 2.4em; }
  input[type=range] { height: 40px; }
  input::-webkit-slider-thumb { width: 20px; height: 20px; margin-top: -9px; }
  input::-moz-range-thumb { width: 20px; height: 20px; }
}
`;

/** @type {CSSStyleSheet | undefined} */
let sheet;

/** One sheet for all figures, not inline: a strict style-src allows it. @param {ShadowRoot} root */
export function dress(root) {
  if (!sheet) {
    sheet = new CSSStyleSheet();
    sheet.replaceSync(css);
  }
  root.adoptedStyleSheets = [sheet];
}
