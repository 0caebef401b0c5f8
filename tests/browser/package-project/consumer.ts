// What an editor must know of the package.
import { createEngine, type Engine, type Maps } from 'headlens';
import type { VitAttention } from 'headlens/embed';

export async function mapsOf(photo: Blob): Promise<Float32Array> {
  const engine: Engine = await createEngine({ threads: 2, onProgress: ({ stage, done, total }) => console.log(stage, done / total) });
  await engine.load('vit.safetensors', { position: 'dino' });
  const maps: Maps = await engine.run(photo, { size: 224, precision: 'int8' });
  // @ts-expect-error: no such precision
  await engine.run(photo, { precision: 'int4' });
  return maps.cls;
}

export function showLayer(layer: number): void {
  const figure: VitAttention | null = document.querySelector('vit-attention');
  if (figure) figure.state = { ...figure.state, layer };
}
